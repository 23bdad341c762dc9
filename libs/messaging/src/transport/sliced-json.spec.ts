import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { parseExactly } from '@refundry/resource';
import fc from 'fast-check';
import { parseInSlices } from './sliced-json.js';

const long = 'x'.repeat(70_000);
const many = `[${Array.from({ length: 4000 }, (_, index) => `{"a": ${index}.50, "b\\"": "[,]\\\\"}`).join(' ,\n')}]`;

describe('a long JSON text', () => {
  it.each([
    ['an array of many objects', many],
    [
      'lists within objects within a list',
      `[{"x": 1, "lines": ${many}, "y": [1, {"z": ${many}}]}, ${many},${many} , 7, {"7": ${many}, "1": 2}]`,
    ],
    ['numbers that no float holds', `[${'12345678901234567890.5, '.repeat(5000)}1e400]`],
    ['names that stand twice', `{"a": ${many}, "b": 1, "a": [1]}`],
    ['a long text', `["${long}", ["${long}"], {"${long}": "${long}"}]`],
    ['empty containers and white space', ` \n[ [ ] , { } , ${many} , [ ], "" ] \t`],
  ])('is parsed as a whole is: %s', async (_what, text) => {
    expect(await parseInSlices(text)).toStrictEqual(parseExactly(text));
  });

  it.each([
    `[${many},]`,
    `[,${many}]`,
    `[${many} ${many}]`,
    `[${many},,1]`,
    `[${many}1]`,
    `[1${many}]`,
    `{"a":1${many}}`,
    `{${many}}`,
    `{"a" ${many}}`,
    `{"a":${many},}`,
    `{"a":${many}:1}`,
    `${many},1`,
    `${many}]`,
    `[${many}`,
    `[${many}}`,
    `[${many},"]`,
    `[${many}\u00a0]`,
    `${many}x`,
    `[1,${many.slice(0, -2)}]`,
    `{"__proto__":${many}}`,
  ])('is not parsed where it is no JSON, or means something else to JavaScript (%#)', async (text) => {
    await expect(parseInSlices(text)).rejects.toThrow(SyntaxError);
  });

  it('is parsed as a whole is, whatever is in it and wherever it is broken', async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.double(),
        fc.string({ unit: 'binary' }),
        fc.constant(long),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any')),
      object: fc.dictionary(fc.string(), tie('any')),
    })).any;
    const outcome = async (parse: () => unknown): Promise<unknown> =>
      Promise.resolve()
        .then(parse)
        .catch(() => 'refused');
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.nat(),
        fc.constantFrom('', ',', ']', '}', '"', ' ', '1'),
        fc.boolean(),
        async (plain, place, put, isBroken) => {
          const text = JSON.stringify([plain, long, plain]);
          const at = place % text.length;
          const broken = isBroken ? text.slice(0, at) + put + text.slice(at + 1) : text;
          const [whole, sliced] = [
            await outcome(() => parseExactly(broken)),
            await outcome(() => parseInSlices(broken)),
          ];
          // For what it does not take, the whole parse decides.
          if (sliced !== 'refused' || !isBroken) expect(sliced).toStrictEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('lets others have their turn meanwhile', async () => {
    let [turns, isOver] = [0, false];
    void parseInSlices(`[${Array.from({ length: 100 }, () => many).join()}]`).then(() => {
      isOver = true;
    });
    while (!isOver) {
      await nextTurn();
      turns += 1;
    }
    expect(turns).toBeGreaterThan(5);
  });
});
