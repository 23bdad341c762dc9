/** Numbers that look like chance and are the same in every run (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** The same for the same seed and purpose; those of other purposes have nothing to do with it. */
  static for(seed: number, purpose: string): Random {
    let hash = seed | 0;
    for (const character of purpose) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return new Random(hash);
  }

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

  /** A whole number from `least` to `most`, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  of<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.below(choices.length)]!;
  }

  /** So many different ones of the choices, in their order. */
  someOf<Choice>(choices: readonly Choice[], count: number): Choice[] {
    const left = choices.map((_choice, index) => index);
    while (left.length > count) left.splice(this.below(left.length), 1);
    return left.map((index) => choices[index]!);
  }
}
