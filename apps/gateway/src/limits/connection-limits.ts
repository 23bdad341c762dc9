import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ConcurrencyLimiter } from '@refundry/concurrency';
import { networkOf } from '../addresses/network-of.js';

/** How fast the body of a request has to come: each byte adds to the time that is left for the others. */
export interface BodyRate {
  /** The time that a body has beside that, in milliseconds. */
  readonly bodyGraceMs: number;
  readonly bodyBytesPerSecond: number;
}

/** The time limits of a connection. Times are in milliseconds. */
export interface ConnectionLimits extends BodyRate {
  /** For the headers of a request, the first from the beginning of the connection on. */
  readonly headersMs: number;
  /** For a request with its body. */
  readonly requestMs: number;
  /** How often those two are looked at, and so how late they may be noticed. */
  readonly lookEveryMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** How long a client may take nothing of a finished answer. */
  readonly readingMs: number;
  /** How many there may be; 0: any number. */
  readonly connections: number;
  /** How many of them one address may have, or network of 64 bits; 0: any number. */
  readonly connectionsPerAddress: number;
  /** Whether an address may have all of them: a proxy in front of us brings everybody's. */
  readonly isProxy: (address: string) => boolean;
}

/**
 * A client that sends headers byte by byte is cut off within 15 seconds. Balancers, which keep idle connections for 60,
 * must be the first to close them.
 */
export const connectionLimits: ConnectionLimits = {
  headersMs: 14_000,
  requestMs: 30_000,
  bodyGraceMs: 5000,
  bodyBytesPerSecond: 1000,
  lookEveryMs: 1000,
  idleMs: 72_000,
  readingMs: 60_000,
  connections: 5000,
  connectionsPerAddress: 0,
  isProxy: () => false,
};

const shareOfAddress = 1 / 8;
/** The share of one address if only the number of all connections is set. */
export const connectionsPerAddress = (connections: number): number => Math.ceil(connections * shareOfAddress);

/** Sets what Node's server is told otherwise than by options. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const { connections, readingMs } = limits;
  if (connections > 0) server.maxConnections = connections;
  // Node drops headers above this number without a word; above half of it we refuse.
  server.maxHeadersCount = 2 * maxHeaders;
  const sockets = new Set<Socket>();
  open.set(server, sockets);
  if (limits.connectionsPerAddress > 0) shareConnections(server, limits);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response) => {
    // Node sets the connection's ordinary timeout again when the answer has left.
    response.once('prefinish', () => {
      response.socket?.setTimeout(readingMs);
    });
  });
}

/** Closes the connections that an address has beyond its share. */
function shareConnections(server: Server, { connectionsPerAddress: each, isProxy }: ConnectionLimits): void {
  const places = new ConcurrencyLimiter({ max: Infinity, maxPerKey: each });
  server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    if (isProxy(remoteAddress)) return;
    try {
      socket.once('close', places.acquire(networkOf(remoteAddress)));
    } catch {
      socket.destroy();
    }
  });
}

/** The connections of each server. Node itself knows those only that have begun to speak HTTP. */
const open = new WeakMap<Server, Set<Socket>>();

/** Ends the connections over which nothing has come yet. */
export function destroySilentConnections(server: Server): void {
  for (const socket of open.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

/** Ends all connections, whatever is under way there. */
export function destroyConnections(server: Server): void {
  for (const socket of open.get(server) ?? []) socket.destroy();
}

/** Of one request. */
export const maxHeaders = 100;
