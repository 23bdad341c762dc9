import { isDeepStrictEqual } from 'node:util';
import { pageSize } from '../page.js';
import type { Subject } from './subject.js';

/**
 * Makes sure that all subjects answer a full page of so many rows, and the same bytes.
 *
 * @throws one sentence that says who differs, and where
 */
export async function verifySameAnswer(
  [first, ...others]: readonly [Subject, ...Subject[]],
  rowsInAll: number,
): Promise<string> {
  const expected = await answerOf(first);
  const { count, results } = JSON.parse(expected) as { count: number; results: unknown[] };
  if (!isDeepStrictEqual([count, results.length], [rowsInAll, pageSize]))
    throw new Error(`${first.name} answers ${results.length} of ${count} rows instead of ${pageSize} of ${rowsInAll}.`);
  for (const other of others) {
    const answer = await answerOf(other);
    if (answer !== expected)
      throw new Error(
        `${other.name} does not answer what ${first.name} answers; they differ from here: ` +
          difference(answer, expected),
      );
  }
  return expected;
}

async function answerOf({ name, url, headers }: Subject): Promise<string> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${name} answers ${response.status} ${await response.text()}`);
  return response.text();
}

function difference(answer: string, expected: string): string {
  let at = 0;
  while (answer[at] === expected[at]) at += 1;
  const excerpt = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 60));
  return `${excerpt(answer)} instead of ${excerpt(expected)}`;
}
