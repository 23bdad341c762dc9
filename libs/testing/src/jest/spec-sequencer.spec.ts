import { describe, expect, it } from '@jest/globals';
import SpecSequencer from './spec-sequencer.js';

type Tests = Parameters<SpecSequencer['sort']>[0];

/** The order of files of these sizes, by which the longest are guessed that never ran. */
async function orderOf(sizes: Readonly<Record<string, number>>): Promise<string[]> {
  const context = {
    config: { id: 'a spec', cacheDirectory: '/nowhere' },
    hasteFS: { getSize: (path: string) => sizes[path] },
  };
  const tests = Object.keys(sizes).map((path) => ({ path, context })) as unknown as Tests;
  const sequencer = new SpecSequencer({ contexts: [], globalConfig: {} as never });
  return (await sequencer.sort(tests)).map(({ path }) => path);
}

describe('the order of spec files', () => {
  it('has journeys and other files in turns, the longest of each first', async () => {
    expect(await orderOf({ '/e2e/a': 1, '/libs/a': 3, '/libs/b': 2, '/e2e/b': 9, '/e2e/c': 10 })).toEqual([
      '/e2e/c',
      '/libs/a',
      '/e2e/b',
      '/libs/b',
      '/e2e/a',
    ]);
  });

  it('loses none where there is but one kind', async () => {
    expect(await orderOf({ '/libs/a': 1, '/libs/b': 2 })).toEqual(['/libs/b', '/libs/a']);
    expect(await orderOf({})).toEqual([]);
  });
});
