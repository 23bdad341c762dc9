export interface JobsOptions {
  /** The service whose jobs these are. */
  readonly service: string;
  /** The address of NATS, with the service's user. */
  readonly natsUrl: string;
  /** How long a worker that falls silent keeps its job. */
  readonly leaseMs: number;
  /** How long after its end a job's state is shown, and a failed or aborted one can be continued. */
  readonly readyAfterMs: number;
}

/** Nest's token for the options. */
export const jobsOptionsToken = Symbol('JobsOptions');
