import { describe, expect, it } from '@jest/globals';
import { compareReported } from './compare-reported.js';

describe('published events', () => {
  it.each([
    ['as often as it happened', [['saved a', 2]], []],
    ['too seldom', [['saved a', 1]], ['lost']],
    ['never', [], ['lost']],
    ['too often', [['saved a', 3]], ['doubled']],
    [
      'of what never happened',
      [
        ['saved a', 2],
        ['removed a', 1],
      ],
      ['phantom'],
    ],
  ] as [string, [string, number][], string[]][])('is judged when it is said %s', (_when, told, kinds) => {
    expect(compareReported(new Map([['saved a', 2]]), new Map(told)).map(({ kind }) => kind)).toEqual(kinds);
  });
});
