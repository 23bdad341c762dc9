import { createServer } from 'node:net';

/** Somebody else listens on a port that one of ours was told to use. */
export class PortTaken extends Error {
  constructor(readonly port: number) {
    super(`port ${port} is already in use`);
    this.name = 'PortTaken';
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** The port asked for, if it is free; any free port when none (or 0) was asked for. Throws {@link PortTaken}. */
export function choosePort(wanted: number | undefined): Promise<number> {
  return listenOnce(wanted ?? 0);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // A client that waits for the port's real owner must not keep us: `close` waits for connections.
    const server = createServer((socket) => {
      socket.destroy();
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      server.close(() => {
        resolve(chosen);
      });
    });
  });
}
