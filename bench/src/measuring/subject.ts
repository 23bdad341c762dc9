/** Something that answers the page, and the processes that work for it. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The ids of its processes, by what they are called in the report. */
  readonly parts: Readonly<Record<string, number>>;
}

/** The figures of one subject in one round. */
export interface Turn {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By the name of the part, in microseconds for each request. */
  readonly cpuMicros: Readonly<Record<string, number>>;
}
