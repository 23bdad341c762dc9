/** Numbers that look like chance and are the same in every run (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to 1, but never 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to a limit, but never the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  of<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.below(choices.length)]!;
  }
}
