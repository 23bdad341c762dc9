import type { UpstreamMark } from './upstream-mark.js';

/** How far a level has got. Every row seen was either inserted or skipped. */
export interface LevelProgress {
  readonly name: string;
  readonly seen: number;
  readonly inserted: number;
  /** Here already, or not insertable; the latter have a problem recorded. */
  readonly skipped: number;
  /** How many rows Omnitron said there are, where it said so. */
  readonly expected: number | null;
}

export interface SyncProgress {
  readonly levels: readonly LevelProgress[];
}

/** Where a run goes on. */
export interface SyncCheckpoint {
  /** The position of the level among the step's. */
  readonly level: number;
  /** The last upstream key whose row is done; null at the level's beginning. */
  readonly after: number | null;
  /** What Omnitron's list looked like before its first row was read. */
  readonly mark: UpstreamMark | null;
}

export const levelStart = (level: number): SyncCheckpoint => ({ level, after: null, mark: null });

export const notBegun = (name: string): LevelProgress => ({ name, seen: 0, inserted: 0, skipped: 0, expected: null });
