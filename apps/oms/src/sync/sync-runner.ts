import { Injectable, type OnModuleInit } from '@nestjs/common';
import { setupSteps, type SetupStep } from '@refundry/contracts';
import { JobWorker, type JobRun, type JobProgress } from '@refundry/jobs';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import { Omnitron } from '../omnitron/omnitron.js';
import { isContinued, LevelRun } from './level-run.js';
import { levelStart, notBegun, readProgress, type SyncCheckpoint, type SyncProgress } from './sync-progress.js';
import type { Level, LevelQuestion } from './sync-step.js';
import { SyncSteps } from './sync-steps.js';

/** A job can wait for an upstream in trouble; nobody waits for the job. */
const attempts = 8;

/** Does the jobs of all steps: level after level, from where an earlier worker left off. */
@Injectable()
export class SyncRunner implements OnModuleInit {
  constructor(
    private readonly worker: JobWorker,
    private readonly omnitron: Omnitron,
    private readonly steps: SyncSteps,
  ) {}

  onModuleInit(): void {
    for (const step of setupSteps) this.worker.handle(step, (run) => this.run(step, run));
  }

  private async run(step: SetupStep, run: SyncRun): Promise<void> {
    const { levels } = this.steps.of(step);
    const session = await this.omnitron.openFor(run.account, { signal: run.signal, attempts });
    try {
      const start = await this.startOf(levels, run, session);
      let { checkpoint, progress } = start;
      for (const [position, level] of levels.entries()) {
        if (position < start.checkpoint.level) continue;
        const levelRun = new LevelRun(run, session, position, checkpoint, progress);
        await level.sync(levelRun);
        checkpoint = levelStart(session.source, position + 1);
        progress = levelRun.standing;
      }
    } finally {
      session.close();
    }
  }

  /**
   * The position at which a run continues. A checkpoint of another source, or of a version that knew no sources, is
   * discarded.
   */
  private async startOf(
    levels: readonly Level[],
    { job, account }: SyncRun,
    session: OmnitronSession,
  ): Promise<JobProgress<SyncCheckpoint, SyncProgress>> {
    const checkpoint = job.checkpoint as SyncCheckpoint | null;
    const fresh = {
      checkpoint: levelStart(session.source, 0),
      progress: { levels: levels.map(({ name }) => notBegun(name)) },
    };
    if (checkpoint?.source !== session.source) return fresh;
    const progress = { levels: readProgress(job.progress as SyncProgress) };
    const behind = isContinued(job) ? await firstStale(levels.slice(0, checkpoint.level), { account, session }) : -1;
    if (behind < 0) return { checkpoint, progress };
    return {
      checkpoint: levelStart(session.source, behind),
      progress: {
        levels: progress.levels.map((level, position) => (position < behind ? level : notBegun(level.name))),
      },
    };
  }
}

type SyncRun = JobRun<SyncCheckpoint, SyncProgress>;

/** The position of the first level that Omnitron has more of by now, -1 where there is none. */
async function firstStale(levels: readonly Level[], question: LevelQuestion): Promise<number> {
  const areStale = await Promise.all(levels.map((level) => level.isStale(question)));
  return areStale.indexOf(true);
}
