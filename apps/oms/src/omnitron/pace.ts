const first = 4;
const most = 8;

/** How many pages are asked for at once: one more each time all went well, half as many when the upstream asks for a rest. */
export class Pace {
  private atOnce = first;

  get pagesAtOnce(): number {
    return Math.floor(this.atOnce);
  }

  speedUp(): void {
    this.atOnce = Math.min(most, this.atOnce + 1);
  }

  slowDown(): void {
    this.atOnce = Math.max(1, this.atOnce / 2);
  }
}
