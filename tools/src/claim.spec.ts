import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '@refundry/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Claim } from './claim.js';
import { Refusal } from './refusal.js';

describe("a launcher's hold on a data folder", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
    file = join(folder, 'launcher.pid');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('keeps another launcher out, and ends with its release', async () => {
    const other = await toy();
    writeFileSync(file, JSON.stringify({ launcher: { pid: other.pid, mark: folder }, children: [] }));
    await expect(Claim.take(file)).rejects.toThrow(Refusal);
    await other.stop();
    const claim = await Claim.take(file);
    claim.release();
    (await Claim.take(file)).release();
  });

  it('ends what a launcher that was killed left running', async () => {
    const child = await toy();
    writeFileSync(
      file,
      JSON.stringify({ launcher: { pid: 2 ** 30, mark: folder }, children: [{ pid: child.pid, mark: folder }] }),
    );
    const claim = await Claim.take(file);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGINT' });
    claim.release();
  });

  it('leaves a process alone that has the number of one of ours by chance', async () => {
    const stranger = await toy();
    writeFileSync(
      file,
      JSON.stringify({
        launcher: { pid: stranger.pid, mark: 'start.js' },
        children: [{ pid: stranger.pid, mark: 'oms' }],
      }),
    );
    const claim = await Claim.take(file);
    expect(stranger.hasExited).toBe(false);
    claim.release();
    await stranger.stop();
  });

  function toy(): Promise<AppProcess> {
    const script = join(folder, 'toy.mjs');
    writeFileSync(script, `console.log('{"msg":"ready"}'); setInterval(() => {}, 1000);`);
    return AppProcess.start({ name: 'toy', script, env: {} });
  }
});
