export { createJobTable, dropJobTable } from './job-table.js';
export { JobMeasures } from './job-measures.js';
export type { JobRun, JobProgress } from './job-run.js';
export type { EndedJob, JobEndHook } from './jobs-options.js';
export { JobWorker } from './job-worker.js';
export { Jobs, type JobOrder } from './jobs.js';
export { JobsModule } from './jobs.module.js';
export { WakeUps } from './wake-ups.js';
