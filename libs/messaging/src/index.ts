export { WireConnection } from './connection.js';
export { FailureFilter } from './failure-filter.js';
export { decodeFrame, encodeFrame } from './frame.js';
export type { Frame, Head } from './frame.js';
export { Handles } from './handles.js';
export { Reply } from './reply.js';
export { WireClient } from './wire-client.js';
export { WireServer } from './wire-server.js';
export type { Handled } from './wire-server.js';
