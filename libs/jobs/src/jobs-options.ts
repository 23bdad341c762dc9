import type { EntityManager } from 'typeorm';
import type { JobEnd } from './job-state.js';

/** A job that is ending. */
export interface EndedJob {
  readonly account: number;
  readonly id: string;
  readonly kind: string;
  readonly state: JobEnd;
}

/** Does what belongs to the end of a job, in the transaction that ends it: a job whose hook throws goes on. */
export type JobEndHook = (transaction: EntityManager, job: EndedJob) => Promise<void>;

export interface JobsOptions {
  /** The service whose jobs these are. */
  readonly service: string;
  /** The address of NATS, with the service's user. */
  readonly natsUrl: string;
  /** How long a worker that falls silent keeps its job. */
  readonly leaseMs: number;
  /** How long after its end a job's state is shown, and a failed or aborted one can be continued. */
  readonly readyAfterMs: number;
  readonly onEnd?: JobEndHook;
}

/** Nest's token for the options. */
export const jobsOptionsToken = Symbol('JobsOptions');
