import { Failure } from '@refundry/resource';

/** Lets a few pieces of work go on at once and a few more wait. The rest is refused at once, so that a flood takes neither memory nor the time of others. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** @throws Failure `overloaded`; whatever `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.passOn();
    }
  }

  private async turn(): Promise<void> {
    if (this.running < this.atOnce) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.mostWaiting) throw new Failure('overloaded');
    await new Promise<void>((resolve) => { this.waiting.push(resolve); });
  }

  /** Whoever waits takes the place over, so nobody who comes meanwhile gets before them. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
