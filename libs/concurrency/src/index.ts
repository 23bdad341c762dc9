export { BackOff } from './back-off.js';
export { ConcurrencyLimiter } from './concurrency-limiter.js';
export { FairScheduler } from './fair-scheduler.js';
export { KeyedSemaphore } from './keyed-semaphore.js';
export { PeriodicTask } from './periodic-task.js';
export { Semaphore } from './semaphore.js';
export { SingleFlight } from './single-flight.js';
export { mapInSlices, TimeSlice } from './time-slice.js';
