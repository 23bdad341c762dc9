import type { CpuMicros } from '../measuring/spent.js';

/** Something that brings all customers as a file. */
export interface Subject {
  readonly name: string;
  readonly cpuMicros: CpuMicros;
  readonly run: () => Promise<Outcome>;
}

export interface Outcome {
  readonly bytes: number;
  /** Returns the request that can be waited for. */
  readonly firstByteMs?: number;
}

/** The figures of one subject in one round. */
export interface Turn extends Outcome {
  readonly seconds: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** The names of the subjects in the report. */
export const subjectNames = {
  csv: 'Refundry, CSV',
  copy: 'COPY, the same bytes',
  plain: 'COPY, columns as they are',
  workbook: 'Refundry, XLSX',
} as const;
