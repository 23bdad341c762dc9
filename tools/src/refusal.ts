/** The reason, in one sentence, why the system can't be started. */
export class Refusal extends Error {}

/** The message of an error for the person at the terminal. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
