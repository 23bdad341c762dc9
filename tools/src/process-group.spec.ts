import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Claim } from './claim.js';
import { ProcessGroup, Stopping, type Member } from './process-group.js';

describe('the processes of a launcher', () => {
  const traces = { mark: 'toy', log: 'toy.log' };
  let folder: string;
  let processes: ProcessGroup;
  let ended: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
    processes = new ProcessGroup(await Claim.take(join(folder, 'launcher.pid')));
    ended = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('ends in reverse order', async () => {
    for (const name of ['database', 'service', 'gateway']) await processes.start(traces, () => member(name));
    await processes.stop();
    expect(ended).toEqual(['gateway', 'service', 'database']);
  });

  it('ends what was still starting, and starts nothing more', async () => {
    let started!: (it: Member) => void;
    const starting = processes.start(
      traces,
      () =>
        new Promise<Member>((resolve) => {
          started = resolve;
        }),
    );
    const stopped = processes.stop();
    started(member('slow'));
    await Promise.all([starting, stopped]);
    expect(ended).toEqual(['slow']);
    await expect(processes.start(traces, () => member('late'))).rejects.toThrow(Stopping);
  });

  it('takes the end of a short-lived one for no casualty, unless everything ends', async () => {
    const errand = (name: string): Promise<Member> =>
      processes.errand(() => {
        const sent = member(name);
        void Promise.resolve().then(() => sent.stop());
        return sent;
      });
    expect((await errand('migration')).name).toBe('migration');
    const interrupted = processes.errand(() => member('sync'));
    await Promise.all([processes.stop(), expect(interrupted).rejects.toThrow(Stopping)]);
    await expect(errand('late')).rejects.toThrow(Stopping);
  });

  it('reports one that dies unasked, and where its log is', async () => {
    const victim = await processes.start(traces, () => member('service'));
    await victim.stop();
    await expect(processes.casualty).rejects.toThrow('service died\nIts log is toy.log.');
  });

  function member(name: string): Member {
    let die!: () => void;
    const exited = new Promise<void>((resolve) => {
      die = resolve;
    });
    const stop = (): Promise<void> => {
      ended.push(name);
      die();
      return exited;
    };
    return { name, pid: undefined, exited, stop, exitSummary: () => `${name} died` };
  }
});
