export { EventsModule } from './events.module.js';
export { EventLogger, type EventFollower } from './event-logger.js';
export { createEventLog, dropEventLog } from './event-log-table.js';
export type { LoggedEvent } from './logged-event.js';
export { publishEvent, type OutboxEvent } from './publish-event.js';
export { publishKeys, type KeysToPublish } from './publish-keys.js';
export { OutboxMeasures } from './outbox-measures.js';
export { OutboxRelay } from './outbox-relay.js';
export { createOutbox, dropOutbox } from './outbox-table.js';
