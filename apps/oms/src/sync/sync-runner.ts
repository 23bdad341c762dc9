import { Injectable, type OnModuleInit } from '@nestjs/common';
import { setupSteps, type SetupStep } from '@refundry/contracts';
import { JobWorker, type JobRun } from '@refundry/jobs';
import { Omnitron } from '../omnitron/omnitron.js';
import { isContinued, LevelRun } from './level-run.js';
import { levelStart, notBegun, type SyncCheckpoint, type SyncProgress } from './sync-progress.js';
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

  private async run(step: SetupStep, run: JobRun<SyncCheckpoint, SyncProgress>): Promise<void> {
    const { levels } = this.steps.of(step);
    const { job, account, signal } = run;
    let checkpoint = (job.checkpoint ?? levelStart(0)) as SyncCheckpoint;
    let progress = (job.progress ?? { levels: levels.map(({ name }) => notBegun(name)) }) as SyncProgress;
    const session = await this.omnitron.openFor(account, { signal, attempts });
    try {
      const moved = isContinued(job) ? await firstBehind(levels.slice(0, checkpoint.level), { account, session }) : -1;
      if (moved >= 0) {
        checkpoint = levelStart(moved);
        progress = { levels: progress.levels.map((level, position) => (position < moved ? level : notBegun(level.name))) };
      }
      for (const [position, level] of levels.entries()) {
        if (position < checkpoint.level) continue;
        const levelRun = new LevelRun(run, session, position, checkpoint, progress);
        await level.sync(levelRun);
        checkpoint = levelStart(position + 1);
        progress = levelRun.standing;
      }
    } finally {
      session.close();
    }
  }
}

/** The position of the first level that Omnitron has more of by now, -1 where there is none. */
async function firstBehind(levels: readonly Level[], question: LevelQuestion): Promise<number> {
  const areBehind = await Promise.all(levels.map((level) => level.isBehind(question)));
  return areBehind.indexOf(true);
}
