/** Growing pauses between attempts: each is twice as long as the one before. */
export class BackOff {
  private pauseMs: number;

  constructor(private readonly bounds: { readonly minMs: number; readonly maxMs: number }) {
    this.pauseMs = bounds.minMs;
  }

  /** The pause after a failed attempt, in milliseconds. */
  next(): number {
    const { pauseMs } = this;
    this.pauseMs = Math.min(this.bounds.maxMs, 2 * pauseMs);
    return pauseMs;
  }

  /** Begins with the shortest pause again. */
  reset(): void {
    this.pauseMs = this.bounds.minMs;
  }
}
