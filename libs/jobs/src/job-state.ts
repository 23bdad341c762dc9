/** The content of a job's row. `WORKING` begins with the order, not with the first worker who takes it. */
export type JobState = 'WORKING' | 'FINISHED' | 'FAILED' | 'ABORTED';

/** The states in which a job is over. */
export type JobEnd = Exclude<JobState, 'WORKING'>;

/** The status that a caller receives: a job that ended a while ago leaves the place ready for the next. */
export type JobStatus = 'READY' | JobState;

/** Every legal change of status; nothing else happens to a job. */
export const nextStatuses: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  READY: ['WORKING'],
  WORKING: ['FINISHED', 'FAILED', 'ABORTED'],
  FINISHED: ['READY', 'WORKING'],
  FAILED: ['READY', 'WORKING'],
  ABORTED: ['READY', 'WORKING'],
};

/** The states that may become this one. */
export const statesBefore = (state: JobStatus): JobStatus[] =>
  (Object.keys(nextStatuses) as JobStatus[]).filter((before) => nextStatuses[before].includes(state));

/** A run that ended so goes on where it stopped when it is ordered again in time. */
export const resumable: readonly JobState[] = ['FAILED', 'ABORTED'];
