export * from './products.js';
export * from './receive-documents.js';
export * from './shops.js';
export * from './supplier-refund-events.js';
export * from './supplier-refunds.js';
export * from './suppliers.js';
export * from './supplier-refund-webhooks.js';
export * from './supplier-refund-audit.js';
