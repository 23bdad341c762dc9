import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import type { LevelRun } from './level-run.js';

/** A kind of rows that a step syncs from Omnitron. */
export interface Level {
  /** As `last_run` shows it. */
  readonly name: string;
  /** Syncs what is missing, from where the run stands. */
  sync(run: LevelRun): Promise<void>;
  /** Whether a run would bring anything over. */
  isStale(question: LevelQuestion): Promise<boolean>;
}

export interface LevelQuestion {
  readonly account: number;
  readonly session: OmnitronSession;
}

/** The levels that one job syncs together. A level comes after those whose rows its own point to. */
export interface SyncStep {
  readonly levels: readonly Level[];
}
