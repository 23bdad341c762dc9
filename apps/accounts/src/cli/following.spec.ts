import { describe, expect, it } from '@jest/globals';
import type { SyncReport } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { follow } from './following.js';

const standing = (state: string): SyncReport => ({ state, error: null, levels: [] });
const silence = new Failure('unavailable');

/** Follows a run of which oms tells this, one after the other, and the last for ever. */
async function followed(
  told: readonly (SyncReport | Failure)[],
  stopped = new Promise<never>(() => undefined),
): Promise<string[]> {
  const seen: string[] = [];
  let now = 0;
  const answers = [...told];
  const report = (): Promise<SyncReport> => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer ?? standing('READY'));
  };
  const end = await follow({
    report,
    onReport: ({ state }) => seen.push(state),
    onSilence: () => seen.push('silence'),
    stopped,
    clock: { now: () => now, pause: (ms) => Promise.resolve((now += ms)) },
  }).then(
    ({ state }) => `ended ${state}`,
    (error: unknown) => `threw ${(error as Error).message} after ${now / 1000} s`,
  );
  return [...seen, end];
}

describe('following a run', () => {
  it('lasts until its end', async () => {
    expect(await followed([standing('WORKING'), standing('WORKING'), standing('FAILED')])).toEqual([
      'WORKING',
      'WORKING',
      'FAILED',
      'ended FAILED',
    ]);
  });

  it('waits for oms, and says so once for each absence', async () => {
    expect(
      await followed([silence, silence, standing('WORKING'), new Failure('deadline_exceeded'), standing('FINISHED')]),
    ).toEqual(['silence', 'WORKING', 'silence', 'FINISHED', 'ended FINISHED']);
  });

  it('gives oms up after half a minute', async () => {
    expect(await followed([standing('WORKING'), silence])).toEqual([
      'WORKING',
      'silence',
      expect.stringMatching(/^threw unavailable after 30\.\d+ s$/),
    ]);
  });

  it('does not wait when oms refuses', async () => {
    expect(await followed([new Failure('invalid')])).toEqual(['threw invalid after 0 s']);
  });

  it('ends when nobody wants to follow', async () => {
    expect(await followed([standing('WORKING')], Promise.reject(new Error('enough')))).toEqual([
      'threw enough after 0 s',
    ]);
  });
});
