import type { CpuMicros } from '../measuring/spent.js';

/** Something that moves the rows of a step, or a part of their way. */
export interface Subject {
  readonly name: string;
  readonly cpuMicros: CpuMicros;
  /** Makes everything ready for one turn, and leaves nothing else to be done meanwhile. */
  readonly prepare: (round: number) => Promise<Task>;
}

export interface Task {
  /** The measured work. */
  readonly run: () => Promise<void>;
  /** The result, read after the clock has stopped. */
  readonly outcome: () => Promise<Outcome>;
}

export interface Outcome {
  /** How many rows arrived, level by level. */
  readonly rows: readonly number[];
  /** How long the job took by `last_run`, where there was a job. */
  readonly jobSeconds?: number;
}

/** The figures of one subject in one round. */
export interface Turn {
  readonly seconds: number;
  readonly jobSeconds?: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** The names of the subjects in the report. */
export const subjectNames = { ours: 'Refundry', drain: 'drain', copy: 'COPY' } as const;
