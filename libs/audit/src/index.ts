export { createAuditEntries, dropAuditEntries } from './audit-table.js';
export { auditController, type AuditEndpoints } from './audit.controller.js';
export { byCaller, byOperator, bySystem, type DecidedBy } from './decided-by.js';
export { recordDecision, type Decision } from './record-decision.js';
