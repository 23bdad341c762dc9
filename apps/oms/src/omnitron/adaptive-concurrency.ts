const first = 4;
const max = 8;
/** One is read while another is worked on. */
const minWhenHealthy = 2;

/**
 * Number of pages requested concurrently: one more each time their reader had to wait for them, one fewer when they
 * waited for it and only took up memory, half as many when the upstream asks for a pause.
 */
export class AdaptiveConcurrency {
  private pages = first;

  get concurrentPages(): number {
    return Math.floor(this.pages);
  }

  readerWaited(): void {
    this.pages = Math.min(max, this.pages + 1);
  }

  pagesWaited(): void {
    if (this.pages > minWhenHealthy) this.pages = Math.max(minWhenHealthy, this.pages - 1);
  }

  upstreamRefused(): void {
    this.pages = Math.max(1, this.pages / 2);
  }
}
