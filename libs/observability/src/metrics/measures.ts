/** Something that is read when somebody looks. */
export interface Gauge<L extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  /** A gauge whose values can't be read, or not soon, is left out that time. */
  readonly read: () => Promise<readonly Sample<L>[]> | readonly Sample<L>[];
}

export interface Sample<L extends string = string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** Something that takes time, and is measured whenever it happens. */
export interface Latency {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /**
   * Called once. From then on whatever happens is recorded, with the values of the labels in their order, of which
   * there may be few.
   */
  readonly begin: (record: (seconds: number, ...labels: string[]) => void) => void;
}

/** The metrics that a part of an app offers, without knowing who reads them. */
export type Measure = Gauge | Latency;
