import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Claim } from './claim.js';
import { Crew, Stopping, type Member } from './crew.js';

describe('what a launcher has started', () => {
  const traces = { mark: 'toy', log: 'toy.log' };
  let folder: string;
  let crew: Crew;
  let ended: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
    crew = new Crew(await Claim.take(join(folder, 'launcher.pid')));
    ended = [];
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('ends in reverse order', async () => {
    for (const name of ['database', 'service', 'gateway']) await crew.enlist(traces, () => member(name));
    await crew.stop();
    expect(ended).toEqual(['gateway', 'service', 'database']);
  });

  it('ends what was still starting, and starts nothing more', async () => {
    let started!: (it: Member) => void;
    const starting = crew.enlist(traces, () => new Promise<Member>((resolve) => { started = resolve; }));
    const stopped = crew.stop();
    started(member('slow'));
    await Promise.all([starting, stopped]);
    expect(ended).toEqual(['slow']);
    await expect(crew.enlist(traces, () => member('late'))).rejects.toThrow(Stopping);
  });

  it('takes the end of a short-lived one for no casualty, unless everything ends', async () => {
    const errand = (name: string): Promise<Member> => crew.errand(() => {
      const sent = member(name);
      void Promise.resolve().then(() => sent.stop());
      return sent;
    });
    expect((await errand('migration')).name).toBe('migration');
    const interrupted = crew.errand(() => member('sync'));
    await Promise.all([crew.stop(), expect(interrupted).rejects.toThrow(Stopping)]);
    await expect(errand('late')).rejects.toThrow(Stopping);
  });

  it('reports one that dies unasked, and where its log is', async () => {
    const victim = await crew.enlist(traces, () => member('service'));
    await victim.stop();
    await expect(crew.casualty).rejects.toThrow('service died\nIts log is toy.log.');
  });

  function member(name: string): Member {
    let die!: () => void;
    const exited = new Promise<void>((resolve) => { die = resolve; });
    const stop = (): Promise<void> => {
      ended.push(name);
      die();
      return exited;
    };
    return { name, pid: undefined, exited, stop, epitaph: () => `${name} died` };
  }
});
