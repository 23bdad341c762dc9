export { Failure, invalid, wrongState } from './failure.js';
export type { FieldErrors, PresentState } from './failure.js';
export { failures } from './failures.js';
export type { FailureCode } from './failures.js';
