import type { JobRun } from '@refundry/jobs';
import type { EntityManager } from 'typeorm';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import { addCounts, type RowCounts } from './row-counts.js';
import { levelStart, type LevelProgress, type Scan, type SyncCheckpoint, type SyncProgress } from './sync-progress.js';

/** The result of a page of a level. */
export interface PageOutcome {
  readonly counts: RowCounts;
  /** Number of rows that were not accounted for before. */
  readonly newKeys?: number;
  /** The last upstream key of the page, to go on behind. */
  readonly after?: number;
  /** Nothing follows this page: the level is done. */
  readonly isLast?: boolean;
}

/** A level's part of a step's run. */
export class LevelRun {
  constructor(
    private readonly run: JobRun<SyncCheckpoint, SyncProgress>,
    readonly session: OmnitronSession,
    private readonly level: number,
    private checkpoint: SyncCheckpoint,
    private progress: SyncProgress,
  ) {}

  get account(): number {
    return this.run.account;
  }

  /** For the log. */
  get jobName(): string {
    return `job ${this.run.job.id}`;
  }

  get after(): number | null {
    return this.checkpoint.after;
  }

  /** The scan that is under way, also one of an earlier worker. */
  get scan(): Scan | null {
    return this.checkpoint.scan;
  }

  /** How far the step has got, this level included. */
  get standing(): SyncProgress {
    return this.progress;
  }

  /** Shows how many rows Omnitron says there are; that is written with the next page. */
  expect(count: number | undefined): void {
    this.report((before) => ({ ...before, expected: count ?? null }));
  }

  /** Begins a scan; that is written with its first page. */
  begin(scan: Scan): void {
    this.checkpoint = { ...this.checkpoint, scan, after: null };
  }

  /**
   * Writes a page, and that it is written; several may be on their way.
   *
   * @throws JobLost, and as `JobRun.commit` does
   */
  commit(write: (transaction: EntityManager) => Promise<PageOutcome>): Promise<void> {
    return this.run.commit(async (transaction) => {
      const { counts, newKeys = 0, after, isLast } = await write(transaction);
      return () => {
        this.report((before) => ({ ...before, ...addCounts(before, counts) }));
        const { scan } = this.checkpoint;
        this.checkpoint = {
          ...this.checkpoint,
          ...(scan && { scan: { ...scan, known: scan.known + newKeys } }),
          ...(after !== undefined && { after }),
        };
        if (isLast) this.checkpoint = this.start(this.level + 1);
        return { checkpoint: this.checkpoint, progress: this.progress };
      };
    });
  }

  /** Writes the end of a scan, and that the level is done where nothing follows. @throws as `commit` */
  endScan(write: (transaction: EntityManager) => Promise<void>, { isLast = false } = {}): Promise<void> {
    return this.moveTo(this.start(isLast ? this.level + 1 : this.level), write);
  }

  /** Writes that the level is done, unless that is written. @throws as `commit` */
  async complete(): Promise<void> {
    if (this.checkpoint.level === this.level) await this.moveTo(this.start(this.level + 1));
  }

  private start(level: number): SyncCheckpoint {
    return levelStart(this.session.source, level);
  }

  private moveTo(checkpoint: SyncCheckpoint, write?: (transaction: EntityManager) => Promise<void>): Promise<void> {
    return this.run.commit(async (transaction) => {
      await write?.(transaction);
      return () => {
        this.checkpoint = checkpoint;
        return { checkpoint, progress: this.progress };
      };
    });
  }

  private report(next: (before: LevelProgress) => LevelProgress): void {
    this.progress = {
      levels: this.progress.levels.map((level, position) => (position === this.level ? next(level) : level)),
    };
  }
}

/** The first worker who takes a job finds a checkpoint only when the job continues another. */
export const isContinued = ({ fence, checkpoint }: JobRun['job']): boolean => fence === 1 && checkpoint !== null;
