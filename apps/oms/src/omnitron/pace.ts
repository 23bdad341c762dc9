const first = 4;
const most = 8;
/** One is read while another is worked on. */
const leastWhenWell = 2;

/**
 * How many pages are asked for at once: one more each time their reader had to wait for them, one fewer when they waited
 * for it and only took up memory, half as many when the upstream asks for a rest.
 */
export class Pace {
  private atOnce = first;

  get pagesAtOnce(): number {
    return Math.floor(this.atOnce);
  }

  readerWaited(): void {
    this.atOnce = Math.min(most, this.atOnce + 1);
  }

  pagesWaited(): void {
    if (this.atOnce > leastWhenWell) this.atOnce = Math.max(leastWhenWell, this.atOnce - 1);
  }

  upstreamRefused(): void {
    this.atOnce = Math.max(1, this.atOnce / 2);
  }
}
