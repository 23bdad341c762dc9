import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Transactions } from '@refundry/persistence';
import { Failure, type FailureCode } from '@refundry/resource';
import { JobClaims } from './job-claims.js';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import { JobLost, JobRun, type ClaimedJob } from './job-run.js';

/** What is done for the jobs of one kind. */
export type JobHandler = (run: JobRun) => Promise<void>;

/** What became of a job that was offered to the worker: nobody's turn, no hands free, or done as far as it can be. */
export type Taken = 'not claimable' | 'busy' | 'worked on';

const atOnce = 4;
/** A job that brought down its worker so often without getting anywhere is given up. */
const mostAttempts = 10;
/** Heartbeats in a lease. The lease may be long, but an abort has to be noticed soon. */
const heartbeatsPerLease = 3;
const longestHeartbeatMs = 1000;
const pauseAfterTroubleMs = 1000;

/** Our own infrastructure was away: no fault of the job's. */
const passing: ReadonlySet<FailureCode> = new Set(['unavailable', 'overloaded', 'deadline_exceeded']);

class ShuttingDown extends Error {}

/** Takes jobs and does them, a few at once. However many replicas there are, PostgreSQL gives each job to one worker. */
@Injectable()
export class JobWorker implements BeforeApplicationShutdown {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly running = new Map<JobRun, Promise<void>>();
  private isClosing = false;
  private readonly logger = new Logger('JobWorker');

  constructor(
    private readonly transactions: Transactions,
    private readonly claims: JobClaims,
    @Inject(jobsOptionsToken) private readonly options: JobsOptions,
  ) {}

  /** Says what is done for a kind of job. */
  handle(kind: string, handler: JobHandler): void {
    this.handlers.set(kind, handler);
  }

  /** How many more jobs it could take. */
  get freeHands(): number {
    return this.isClosing ? 0 : atOnce - this.running.size;
  }

  /** Gives its jobs back as they stand, so that another replica needn't wait for their leases. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    for (const run of this.running.keys()) run.stop(new ShuttingDown());
    await Promise.allSettled(this.running.values());
  }

  /** Takes a job, if it is to be had, and works on it to its end. `beat` runs at every heartbeat. */
  async take(account: number, id: string, beat: () => void = () => undefined): Promise<Taken> {
    if (this.freeHands <= 0) return 'busy';
    const claimed = await this.claims.claim(account, id);
    if (!claimed) return 'not claimable';
    const run = new JobRun(this.transactions, claimed, this.options.leaseMs);
    const work = this.work(run, beat).finally(() => this.running.delete(run));
    this.running.set(run, work);
    await work;
    return 'worked on';
  }

  private async work(run: JobRun, beat: () => void): Promise<void> {
    const { job } = run;
    const heart = this.startHeart(run, beat);
    this.logger.log({ ...nameOf(job), fence: job.fence, attempt: job.attempt, msg: 'took a job' });
    try {
      if (job.attempt > mostAttempts) await run.end('ABORTED', `Given up: ${mostAttempts} workers ended without getting any further.`);
      else {
        await this.handlerOf(job.kind)(run);
        await run.end('FINISHED');
      }
      this.logger.log({ ...nameOf(job), msg: 'ended a job' });
    } catch (error) {
      await this.endAfter(run.signal.aborted ? run.signal.reason : error, run);
    } finally {
      clearInterval(heart);
    }
  }

  private handlerOf(kind: string): JobHandler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new Error(`Nobody knows how to do jobs of kind ${kind}.`);
    return handler;
  }

  private startHeart(run: JobRun, beat: () => void): NodeJS.Timeout {
    let renewedAt = performance.now();
    const renew = async (): Promise<void> => {
      const askedAt = performance.now();
      await run.renewLease();
      renewedAt = askedAt;
    };
    return setInterval(() => {
      beat();
      renew().catch((error: unknown) => {
        // While PostgreSQL is away nobody else can take the job either; after the lease somebody might have.
        if (error instanceof JobLost || performance.now() - renewedAt > this.options.leaseMs) run.stop(new JobLost());
      });
    }, Math.min(longestHeartbeatMs, this.options.leaseMs / heartbeatsPerLease)).unref();
  }

  /** Lets go of a job whose work has thrown. */
  private async endAfter(error: unknown, run: JobRun): Promise<void> {
    const name = nameOf(run.job);
    try {
      await this.letGo(error, run);
    } catch (trouble) {
      if (trouble instanceof JobLost) this.logger.warn({ ...name, msg: 'lost a job' });
      // Its lease runs out, and the sweeper finds it.
      else this.logger.warn({ ...name, err: trouble, msg: 'could not let go of a job' });
    }
  }

  private async letGo(error: unknown, run: JobRun): Promise<void> {
    const name = nameOf(run.job);
    if (error instanceof JobLost) throw error;
    if (error instanceof ShuttingDown) {
      await run.release();
    } else if (error instanceof Failure && passing.has(error.code)) {
      await run.postpone(pauseAfterTroubleMs);
      this.logger.warn({ ...name, err: error, msg: 'a job is tried again' });
    } else {
      await run.end('FAILED', error instanceof Failure ? error.text : new Failure('internal').text);
      this.logger.error({ ...name, err: error, msg: 'a job failed' });
    }
  }
}

const nameOf = ({ account, id, kind, fence }: ClaimedJob): object => ({ account, job: id, kind, fence });
