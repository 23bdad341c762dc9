import { noRows, type RowCounts } from './row-counts.js';

/** How far a level has got. */
export interface LevelProgress extends RowCounts {
  readonly name: string;
  /** How many rows Omnitron said there are, where it said so. */
  readonly expected: number | null;
}

export interface SyncProgress {
  readonly levels: readonly LevelProgress[];
}

/** A reading of an upstream list in the order of its keys, as it was decided on at its start. */
export interface Scan {
  /** The upstream `modified_date` from which on rows are read, as Omnitron's parameter; null for all rows. */
  readonly since: string | null;
  readonly takesOlder: boolean;
  /** The level's watermark after the scan. */
  readonly modified: string | null;
  readonly newest: string;
  readonly compared: string;
  /** Number of upstream rows that are accounted for, those of the pages that were written included. */
  readonly known: number;
}

/** The position at which a run resumes. */
export interface SyncCheckpoint {
  /** Hub and login that the step is read from; another one's checkpoint is worth nothing. */
  readonly source: string;
  /** The position of the level among the step's. */
  readonly level: number;
  /** The scan that is under way; null before the first page of one is written. */
  readonly scan: Scan | null;
  /** The last upstream key whose row is done; null at the scan's beginning. */
  readonly after: number | null;
}

export const levelStart = (source: string, level: number): SyncCheckpoint => ({
  source,
  level,
  scan: null,
  after: null,
});

export const notBegun = (name: string): LevelProgress => ({ name, ...noRows, expected: null });

/** Progress as a former version may have written it, which knew only what was inserted of the rows seen. */
type FormerProgress = Pick<LevelProgress, 'name' | 'seen' | 'inserted' | 'expected'> & Partial<RowCounts>;

export const readProgress = ({ levels }: SyncProgress): LevelProgress[] =>
  levels.map((level: FormerProgress) => ({ ...noRows, unchanged: level.seen - level.inserted, ...level }));
