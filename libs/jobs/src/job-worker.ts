import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Failure, type FailureCode } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { LeaseRenewer } from './lease-renewer.js';
import { JobClaims } from './job-claims.js';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import { JobLost, JobRun, type ClaimedJob } from './job-run.js';

/** The handler of the jobs of one kind. */
export type JobHandler = (run: JobRun) => Promise<void>;

const workerSlots = 4;
/** A job that brought down its worker so often without getting anywhere is given up. */
const maxAttempts = 10;
const pauseAfterTroubleMs = 1000;

/** Our own infrastructure was away, or had no room: no fault of the job's. */
const passing: ReadonlySet<FailureCode> = new Set(['unavailable', 'overloaded', 'deadline_exceeded']);

class ShuttingDown extends Error {}

/**
 * Takes jobs and does them, a few at once. However many replicas there are, PostgreSQL gives each job to one worker.
 */
@Injectable()
export class JobWorker implements BeforeApplicationShutdown {
  private readonly handlers = new Map<string, JobHandler>();
  /** A slot is taken from the claim on, whether the claim succeeds or not. */
  private readonly takenSlots = new Set<Promise<boolean>>();
  private readonly runs = new Set<JobRun>();
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

  /** Jobs that it could take beside those it works on. */
  get freeSlots(): number {
    return this.isClosing ? 0 : workerSlots - this.takenSlots.size;
  }

  /** The kinds of jobs it knows how to do; another release may know more. */
  get kinds(): readonly string[] {
    return [...this.handlers.keys()];
  }

  /** Gives its jobs back as they stand, so that another replica needn't wait for their leases. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    for (const run of this.runs) run.stop(new ShuttingDown());
    await Promise.allSettled(this.takenSlots);
  }

  /** Claims a job, if a slot is free, and works on it to its end. @returns whether it got the job */
  async claim(account: number, id: string): Promise<boolean> {
    if (this.freeSlots <= 0) return false;
    const slot = this.claimAndWork(account, id).finally(() => this.takenSlots.delete(slot));
    this.takenSlots.add(slot);
    return slot;
  }

  private async claimAndWork(account: number, id: string): Promise<boolean> {
    const claimed = await this.claims.claim(account, id, this.kinds);
    if (!claimed) return false;
    const { leaseMs, onEnd } = this.options;
    const run = new JobRun(this.transactions, claimed, leaseMs, onEnd);
    this.runs.add(run);
    if (this.isClosing) run.stop(new ShuttingDown());
    await this.work(run).finally(() => this.runs.delete(run));
    return true;
  }

  private async work(run: JobRun): Promise<void> {
    const { job } = run;
    const renewer = new LeaseRenewer(run, this.options.leaseMs, this.logger);
    this.logger.log({ ...nameOf(job), attempt: job.attempt, msg: 'took a job' });
    try {
      await this.complete(run, renewer);
      this.logger.log({ ...nameOf(job), msg: 'ended a job' });
    } catch (error) {
      await renewer.stop();
      await this.endAfter(run.signal.aborted ? run.signal.reason : error, run);
    }
  }

  private async complete(run: JobRun, renewer: LeaseRenewer): Promise<void> {
    run.signal.throwIfAborted();
    const handler = this.handlers.get(run.job.kind);
    if (!handler) throw new Error(`Nobody knows how to do jobs of kind ${run.job.kind}.`);
    const isHopeless = run.job.attempt > maxAttempts;
    if (!isHopeless) await handler(run);
    // From its end on there is nothing left to renew.
    await renewer.stop();
    if (isHopeless)
      await run.end('ABORTED', `Given up: it was begun ${maxAttempts} times without getting any further.`);
    else await run.end('FINISHED');
  }

  /** Lets go of a job whose work has thrown. */
  private async endAfter(error: unknown, run: JobRun): Promise<void> {
    const name = nameOf(run.job);
    try {
      await this.releaseAfter(error, run);
    } catch (trouble) {
      if (trouble instanceof JobLost) this.logger.warn({ ...name, msg: 'lost a job' });
      // Its lease runs out, and the sweeper finds it.
      else this.logger.warn({ ...name, err: trouble, msg: 'could not let go of a job' });
    }
  }

  private async releaseAfter(error: unknown, run: JobRun): Promise<void> {
    const name = nameOf(run.job);
    if (error instanceof JobLost) throw error;
    if (error instanceof ShuttingDown) {
      await run.release();
      this.logger.log({ ...name, msg: 'gave back a job' });
    } else if (error instanceof Failure && passing.has(error.code)) {
      // A job that takes too long every time has to end some day; a dependency that is away doesn't count.
      await run.postpone(pauseAfterTroubleMs, { counts: error.code === 'deadline_exceeded' });
      this.logger.warn({ ...name, err: error, msg: 'a job is tried again' });
    } else {
      await run.end('FAILED', error instanceof Failure ? error.text : new Failure('internal').text);
      this.logger.error({ ...name, err: error, msg: 'a job failed' });
    }
  }
}

const nameOf = ({ account, id, kind, fence }: ClaimedJob): object => ({ account, job: id, kind, fence });
