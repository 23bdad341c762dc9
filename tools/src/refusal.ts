/** The reason, in one sentence, why the system can't be started. */
export class Refusal extends Error {}

/** What an error says to the person at the terminal. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
