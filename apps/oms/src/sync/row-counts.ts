/**
 * Outcomes of the upstream rows that were read. `seen` is the sum of the others; a row that a run reads twice counts
 * twice.
 */
export interface RowCounts {
  readonly seen: number;
  readonly inserted: number;
  /** Changed in what clients see. */
  readonly updated: number;
  /** Here already, as they are upstream, or in a newer version. */
  readonly unchanged: number;
  /** Not meant for us, by Omnitron's own word. */
  readonly withheld: number;
  /** Unreadable, or without a parent that they need; each has a problem recorded. */
  readonly refused: number;
}

export const noRows: RowCounts = { seen: 0, inserted: 0, updated: 0, unchanged: 0, withheld: 0, refused: 0 };

export const addCounts = (one: RowCounts, other: RowCounts): RowCounts => ({
  seen: one.seen + other.seen,
  inserted: one.inserted + other.inserted,
  updated: one.updated + other.updated,
  unchanged: one.unchanged + other.unchanged,
  withheld: one.withheld + other.withheld,
  refused: one.refused + other.refused,
});
