/** The conclusion of a client from one attempt: it was done; it was refused and nothing was done; or it can't know. */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

export const outcomes = ['acknowledged', 'refused', 'unknown'] as const satisfies readonly Outcome[];

/** One attempt of one request, as its client saw it. */
export interface Attempt {
  readonly client: string;
  readonly operation: string;
  /** Its subject. */
  readonly subject: string;
  /** In milliseconds since the history began. */
  readonly beganMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  /** The status, or how the connection broke. */
  readonly answer: string;
}

/**
 * The findings: an acknowledged effect is missing; one happened twice; something is there that nobody asked for, or
 * that was refused, or half of what is all or nothing; or an answer is none that may be given.
 */
export const faultKinds = ['lost', 'doubled', 'phantom', 'wrong answer'] as const;

export interface Finding {
  readonly kind: (typeof faultKinds)[number];
  /** Its subject: a client, then a document or a row. */
  readonly subject: string;
  readonly what: string;
}

/** The history of all clients, in the order in which attempts ended, and the findings. */
export class History {
  readonly findings: Finding[] = [];
  readonly counts: Record<Outcome, number> = { acknowledged: 0, refused: 0, unknown: 0 };
  private readonly attempts: Attempt[] = [];
  private readonly beganAt = performance.now();

  /** @param most how many attempts are kept; the oldest go */
  constructor(private readonly capacity: number) {}

  /** In milliseconds since it began. */
  get now(): number {
    return performance.now() - this.beganAt;
  }

  record(attempt: Attempt): void {
    this.counts[attempt.outcome] += 1;
    this.attempts.push(attempt);
    if (this.attempts.length > 2 * this.capacity) this.attempts.splice(0, this.attempts.length - this.capacity);
  }

  find(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }

  /** The latest attempts of a client, a line for each. */
  excerpt(client: string, lines = 25): string[] {
    return this.attempts
      .filter((attempt) => attempt.client === client)
      .slice(-lines)
      .map(
        ({ beganMs, endedMs, operation, subject, outcome, answer }) =>
          `${seconds(beganMs)}–${seconds(endedMs)} s  ${operation} ${subject}: ${outcome} (${answer})`,
      );
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
