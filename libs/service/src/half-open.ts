import type { Server } from 'node:http';

/**
 * Has a server answer clients that close their sending half when they have sent all (RFC 9293 §3.6, RFC 8446 §6.1):
 * Node's own takes the end of what a client sends for the end of the client. The connection ends with the last answer.
 */
export function answerHalfClosed(server: Server): void {
  Object.assign(server, { allowHalfOpen: true, httpAllowHalfOpen: true });
}
