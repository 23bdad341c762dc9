export { Egress } from './egress.js';
export type { EgressAnswer, EgressOptions, EgressRequest } from './egress.js';
export { isPrivateAddress, PrivateAddressRefused } from './private-addresses.js';
export { readPart } from './read-part.js';
export type { AnswerPart } from './read-part.js';
export { retryAfterMs } from './retry-after.js';
