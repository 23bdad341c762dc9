export { EventsModule } from './events.module.js';
export { publishEvent, type OutboxEvent } from './publish-event.js';
export { OutboxMeasures } from './outbox-measures.js';
export { OutboxRelay } from './outbox-relay.js';
export { createOutbox, dropOutbox } from './outbox-table.js';
