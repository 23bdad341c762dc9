import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const source = new URL('garbage-collection.ts', import.meta.url).href;
const work = `
  import { tuneGarbageCollection } from '${source}';
  tuneGarbageCollection();
  const staying = Array.from({ length: 500_000 }, (_, number) => ({ number, text: 'n' + number }));
  gc();
  console.log(staying.length);`;
const limits = /Limit: old size: (\d+) KB, new limit: (\d+) KB/g;

describe('collecting what is old', () => {
  it('comes when it is three times its size: a flag that V8 takes and heeds', () => {
    const told = execFileSync(
      process.execPath,
      [
        '--no-warnings',
        '--expose-gc',
        '--max-semi-space-size=1',
        '--trace-gc-verbose',
        '--input-type=module',
        '--eval',
        work,
      ],
      { encoding: 'utf8' },
    );
    const [, size, limit] = [...told.matchAll(limits)].at(-1)!;
    expect(Number(limit) / Number(size)).toBeCloseTo(3, 0);
  });
});
