import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The pending callbacks, by connection. */
const awaited = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back, once, when a request is over: its answer is written, or its connection is gone.
 *
 * Where several requests were sent at once (RFC 9112 §9.3.2), Node tells only the response whose turn it is that the
 * connection closed, so the connection is asked too.
 */
export function onFinished({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void {
  if (socket.destroyed) {
    callback();
    return;
  }
  const ends = awaited.get(socket) ?? awaitClose(socket);
  const end = (): void => {
    if (ends.delete(end)) callback();
  };
  ends.add(end);
  response.once('close', end);
}

function awaitClose(socket: Socket): Set<() => void> {
  const ends = new Set<() => void>();
  awaited.set(socket, ends);
  socket.once('close', () => {
    for (const end of ends) end();
  });
  return ends;
}
