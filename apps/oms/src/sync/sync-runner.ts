import { Injectable, type OnModuleInit } from '@nestjs/common';
import { setupSteps, type SetupStep } from '@refundry/contracts';
import { JobWorker, type JobRun } from '@refundry/jobs';
import { Omnitron } from '../omnitron/omnitron.js';
import { LevelRun } from './level-run.js';
import { levelStart, notBegun, type SyncCheckpoint, type SyncProgress } from './sync-progress.js';
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
