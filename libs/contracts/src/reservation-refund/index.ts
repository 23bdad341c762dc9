export * from './errors.js';
export * from './published-errors.js';
export * from './refund-events.js';
export * from './refund-rules.js';
export * from './refunds.js';
export * from './reservations.js';
export * from './refund-webhooks.js';
export * from './refund-audit.js';
