export * from './cancellation-reasons.js';
export * from './omnitron-connections.js';
