export type { ConsumedEvent, EventConsumer } from './event-consumer.js';
export { inboxOperations } from './inbox-operations.js';
export type { FailedEvent, InboxOperations } from './inbox-operations.js';
export { InboxMeasures } from './inbox-measures.js';
export { InboxReader } from './inbox-reader.js';
export { createInbox, dropInbox } from './inbox-table.js';
export { InboxModule } from './inbox.module.js';
