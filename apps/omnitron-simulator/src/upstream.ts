import { type AnswerMode } from './answer-mode.js';
import { FaultPlan } from './faults/fault-plan.js';
import { Keys } from './keys.js';
import { RequestLog } from './request-log.js';
import { type ResourceName } from './resource.js';
import { type Row } from './row.js';
import { Tables } from './tables.js';

/** The simulated Omnitron's whole state: the API reads it, the control endpoint changes it. */
export class Upstream {
  readonly keys = new Keys();
  readonly faults = new FaultPlan();
  readonly requests = new RequestLog();
  readonly tables: Tables;

  constructor(
    initialRows: (resource: ResourceName) => readonly Row[],
    public answers: AnswerMode,
  ) {
    this.tables = new Tables(initialRows);
  }
}
