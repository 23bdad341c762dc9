import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The requests that are not over, by connection. */
const underWay = new WeakMap<Socket, Set<() => void>>();
/** The pending callbacks of a request. */
const pending = new WeakMap<ServerResponse, (() => void)[]>();

/**
 * Calls back, once, when a request is over: its answer is written, or its connection is gone.
 *
 * Where several requests were sent at once (RFC 9112 §9.3.2), Node tells only the response whose turn it is that the
 * connection closed, so the connection is asked too. However many wait for a response, it has one listener.
 */
export function onFinished({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void {
  if (socket.destroyed) callback();
  else (pending.get(response) ?? awaitEnd(socket, response)).push(callback);
}

function awaitEnd(socket: Socket, response: ServerResponse): (() => void)[] {
  const callbacks: (() => void)[] = [];
  const ends = underWay.get(socket) ?? awaitClose(socket);
  const end = (): void => {
    ends.delete(end);
    pending.delete(response);
    for (const callback of callbacks.splice(0)) callback();
  };
  pending.set(response, callbacks);
  ends.add(end);
  response.once('close', end);
  return callbacks;
}

function awaitClose(socket: Socket): Set<() => void> {
  const ends = new Set<() => void>();
  underWay.set(socket, ends);
  socket.once('close', () => {
    for (const end of ends) end();
  });
  return ends;
}
