const repeatAfterMs = 60_000;

interface WarningLog {
  warn(fields: object): void;
}

/**
 * Something that goes wrong again and again is told of at once, and then once a minute, so that an outage fills no log
 * and isn't forgotten.
 */
export class ThrottledWarning {
  private last = '';
  private warnedAt = -Infinity;

  constructor(private readonly warn: (error: Error) => void) {}

  failed(error: Error): void {
    if (error.message === this.last && performance.now() - this.warnedAt < repeatAfterMs) return;
    this.last = error.message;
    this.warnedAt = performance.now();
    this.warn(error);
  }

  /** Should it come again, that is news. */
  recovered(): void {
    this.last = '';
  }
}

/** Warns of rounds that fail, for a periodic task. */
export const roundWarning = (log: WarningLog): ThrottledWarning =>
  new ThrottledWarning((error) => {
    log.warn({ err: error, msg: 'a round failed and is tried again' });
  });
