import { describe, expect, it } from '@jest/globals';
import { readFaultOptions } from './fault-options.js';

describe('the options of a run of faults', () => {
  it('is 25 seeds, unless it is said', () => {
    const { seeds, specs } = readFaultOptions([]);
    expect([seeds.length, seeds[0], seeds.at(-1), specs]).toEqual([25, 1, 25, ['e2e/faults/seeds.spec.ts']]);
  });

  it.each([
    [['--seeds', '2'], [1, 2], ['e2e/faults/seeds.spec.ts']],
    [['--seed', '4711'], [4711], ['e2e/faults/seeds.spec.ts']],
    [['--full', '--seeds', '1'], [1], ['e2e/faults']],
    [['--seed', '3', 'e2e/faults/workers'], [3], ['e2e/faults/workers']],
  ])('is %j', (args, seeds, specs) => {
    expect(readFaultOptions(args)).toEqual({ seeds, specs });
  });

  it.each([
    [['--seeds', '0'], '--seeds must be a whole number above 0.'],
    [['--seed', 'x'], '--seed must be a whole number above 0.'],
    [['--sede', '1'], /Unknown option/],
  ])('is refused as %j', (args, sentence) => {
    expect(() => readFaultOptions(args)).toThrow(sentence);
  });
});
