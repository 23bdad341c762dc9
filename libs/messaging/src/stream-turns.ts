const turnMs = 5;

/**
 * Lets the streams of a replica send one after another: many of them are then hardly more of a burden to everybody else
 * than one is. A stream that has something to send while no other has goes on.
 */
export class StreamTurns {
  private holder: object | undefined;
  private readonly waiting: { stream: object; begin: () => void }[] = [];
  private end?: NodeJS.Timeout;

  /** Resolves when it is the stream's turn, at once while that lasts. */
  async take(stream: object): Promise<void> {
    if (this.holder === stream) return;
    if (this.holder) await new Promise<void>((begin) => { this.waiting.push({ stream, begin }); });
    else this.give(stream);
  }

  /** The stream sends nothing more. */
  leave(stream: object): void {
    if (this.holder === stream) this.pass();
  }

  private give(stream: object): void {
    this.holder = stream;
    this.end = setTimeout(() => { this.pass(); }, turnMs);
  }

  private pass(): void {
    clearTimeout(this.end);
    this.holder = undefined;
    const next = this.waiting.shift();
    if (!next) return;
    this.give(next.stream);
    next.begin();
  }
}
