export { EventsModule } from './events.module.js';
export { createJobTables, dropJobTables } from './job-tables.js';
export type { JobRun } from './job-run.js';
export { JobWorker } from './job-worker.js';
export { Jobs } from './jobs.js';
export { JobsModule } from './jobs.module.js';
export { leaveEvent, type LeftEvent } from './leave-event.js';
export { createOutbox, dropOutbox } from './outbox-table.js';
