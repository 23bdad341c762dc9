/** Does a piece of the start and says, in one line, how long it took. */
export async function reporting<T>(
  what: string,
  work: () => Promise<T>,
  outcome: (result: T) => string = () => '',
): Promise<T> {
  const begun = performance.now();
  const result = await work();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(`  ${what.padEnd(34)} ${seconds.padStart(5)} s  ${outcome(result)}`.trimEnd());
  return result;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
