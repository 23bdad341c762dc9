export { createJobTables, dropJobTables } from './job-tables.js';
export type { JobRun } from './job-run.js';
export { JobWorker } from './job-worker.js';
export { Jobs } from './jobs.js';
export { JobsModule } from './jobs.module.js';
export { allSettled, Rounds } from './rounds.js';
