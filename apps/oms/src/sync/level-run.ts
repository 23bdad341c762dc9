import type { JobRun } from '@refundry/jobs';
import type { EntityManager } from 'typeorm';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import { levelStart, notBegun, type LevelProgress, type SyncCheckpoint, type SyncProgress } from './sync-progress.js';
import type { UpstreamMark } from './upstream-mark.js';

/** What a page of a level came to. */
export interface PageOutcome {
  readonly seen: number;
  readonly inserted: number;
  /** The last upstream key of the page, to go on behind. */
  readonly after?: number;
  /** Nothing follows this page. */
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

  /** Whether somebody ordered that a run that ended goes on: since then Omnitron may have moved on behind its back. */
  get isContinued(): boolean {
    return isContinued(this.run.job);
  }

  get after(): number | null {
    return this.checkpoint.after;
  }

  get mark(): UpstreamMark | null {
    return this.checkpoint.mark;
  }

  /** How far the step has got, this level included. */
  get standing(): SyncProgress {
    return this.progress;
  }

  /** Begins the level, or begins it anew, with what Omnitron's list looks like; that is written with the first page. */
  begin(mark: UpstreamMark): void {
    this.checkpoint = { ...levelStart(this.level), mark };
    this.count(({ name }) => ({ ...notBegun(name), expected: mark.count }));
  }

  /** Writes a page, and that it is written; several may be on their way. @throws JobLost, and as `JobRun.commit` does */
  commit(write: (transaction: EntityManager) => Promise<PageOutcome>): Promise<void> {
    return this.run.commit(async (transaction) => {
      const { seen, inserted, after, isLast } = await write(transaction);
      return () => {
        this.count((before) => ({ ...before, seen: before.seen + seen, inserted: before.inserted + inserted, skipped: before.skipped + seen - inserted }));
        if (after !== undefined) this.checkpoint = { ...this.checkpoint, after };
        if (isLast) this.checkpoint = levelStart(this.level + 1);
        return { checkpoint: this.checkpoint, progress: this.progress };
      };
    });
  }

  /** Writes that the level is done, together with what there is to say about it. @throws as `commit` */
  complete(write: (transaction: EntityManager) => Promise<void>): Promise<void> {
    return this.run.commit(async (transaction) => {
      await write(transaction);
      return () => ({ checkpoint: levelStart(this.level + 1), progress: this.progress });
    });
  }

  private count(next: (before: LevelProgress) => LevelProgress): void {
    this.progress = { levels: this.progress.levels.map((level, position) => (position === this.level ? next(level) : level)) };
  }
}

/** The first worker who takes a job finds a checkpoint only when the job continues another. */
export const isContinued = ({ fence, checkpoint }: JobRun['job']): boolean => fence === 1 && checkpoint !== null;
