import { mkdirSync, writeFileSync } from 'node:fs';

const folder = new URL('../../results/', import.meta.url);

/** Writes figures to `bench/results/<name>.json`, to five significant digits. @returns the path below the repository */
export function writeResults(name: string, figures: object): string {
  mkdirSync(folder, { recursive: true });
  const rounded = JSON.stringify(
    figures,
    (_key, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value),
    2,
  );
  writeFileSync(new URL(`${name}.json`, folder), `${rounded}\n`);
  return `bench/results/${name}.json`;
}
