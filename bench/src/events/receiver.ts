import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** The receiver of a webhook, which answers at once. */
export interface Receiver {
  readonly url: string;
  /** By id of the event, how long after it occurred it first came, in milliseconds. */
  readonly lags: Map<string, number>;
  /** Resolves when that many different events have come. @throws Interrupted */
  received(count: number): Promise<void>;
}

/** @param cleanup ends it */
export async function startReceiver(cleanup: AsyncDisposableStack, signal: AbortSignal): Promise<Receiver> {
  const lags = new Map<string, number>();
  let awaited: { readonly count: number; readonly done: () => void } | undefined;
  const server = createServer((request, response) => {
    void json(request).then((message) => {
      const { timestamp } = message as { readonly timestamp?: string };
      const id = String(request.headers['webhook-id']);
      if (!lags.has(id)) lags.set(id, Date.now() - Date.parse(timestamp ?? ''));
      response.writeHead(204).end();
      if (awaited && lags.size >= awaited.count) awaited.done();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanup.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    lags,
    received: (count) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        awaited = { count, done: resolve };
        if (lags.size >= count) resolve();
      }),
  };
}
