interface Sample {
  readonly at: number;
  readonly seen: number;
}

const windowMs = 10_000;

/** How fast rows come in, judged by how many had been seen when. Times are in milliseconds. */
export class ThroughputMeter {
  private first: Sample | undefined;
  /** From the last one that is as old as the window to the newest. */
  private recent: Sample[] = [];

  note(seen: number, at: number): void {
    const sample = { at, seen };
    this.first ??= sample;
    this.recent.push(sample);
    const begin = this.recent.findLastIndex((known) => known.at <= at - windowMs);
    this.recent = this.recent.slice(Math.max(begin, 0));
  }

  /** Rows a second of late; undefined while there is nothing to compare. */
  get rate(): number | undefined {
    return rateBetween(this.recent[0], this.recent.at(-1));
  }

  /** Rows a second from the first look to the last. */
  get wholeRate(): number | undefined {
    return rateBetween(this.first, this.recent.at(-1));
  }

  /** How long the rest takes if it goes on like this; undefined while that can't be told. */
  secondsUntil(expected: number): number | undefined {
    const left = Math.max(0, expected - (this.recent.at(-1)?.seen ?? 0));
    const { rate } = this;
    return rate === undefined || rate <= 0 ? undefined : left / rate;
  }
}

function rateBetween(from: Sample | undefined, to: Sample | undefined): number | undefined {
  return from && to && to.at > from.at ? ((to.seen - from.seen) / (to.at - from.at)) * 1000 : undefined;
}
