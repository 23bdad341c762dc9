const tellAgainMs = 60_000;

/** Something that goes wrong again and again is told of at once, and then once a minute, so that an outage fills no log and isn't forgotten. */
export class RepeatedTrouble {
  private last = '';
  private toldAt = -Infinity;

  constructor(private readonly tell: (error: Error) => void) {}

  met(error: Error): void {
    if (error.message === this.last && performance.now() - this.toldAt < tellAgainMs) return;
    this.last = error.message;
    this.toldAt = performance.now();
    this.tell(error);
  }

  /** Should it come again, that is news. */
  over(): void {
    this.last = '';
  }
}
