/** Something that stores the documents of a turn. */
export interface Subject {
  readonly name: string;
  /** The CPU time used until now, in microseconds, by what the processes are called in the report. */
  readonly cpuMicros: Readonly<Record<string, () => number>>;
  /** The account that its documents belong to. */
  readonly account: number;
  /** Makes everything ready for one turn, and gives what the clock measures. */
  readonly prepare: (round: number) => Promise<() => Promise<void>>;
}

/** The figures of one subject in one round. */
export interface Turn {
  readonly seconds: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** The names of the subjects in the report. */
export const subjectNames = {
  ours: 'Refundry',
  again: 'Refundry, the same again',
  copy: 'COPY',
  upsert: 'TypeORM upsert()',
  save: 'TypeORM save()',
} as const;

/** Accounts that nobody else has. */
export const ownAccounts = { copy: 1_000_001, upsert: 1_000_002, save: 1_000_003, single: 1_000_004 } as const;
