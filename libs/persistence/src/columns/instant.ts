/**
 * A `timestamptz` that TypeORM and pg pass on untouched, microseconds and all: they convert nothing but strings and
 * dates, and a `Date` keeps milliseconds only.
 */
export class Instant {
  /** @param text PostgreSQL's own, in UTC */
  constructor(readonly text: string) {}

  /** pg calls it for every parameter that has it. */
  toPostgres(): string {
    return this.text;
  }
}
