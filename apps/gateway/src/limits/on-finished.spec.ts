import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { onFinished } from './on-finished.js';

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const asked = async (): Promise<[IncomingMessage, ServerResponse]> =>
  (await once(server, 'request')) as [IncomingMessage, ServerResponse];

describe('the end of a request', () => {
  it('is told to all that wait for it, once, by one listener', async () => {
    const waiting = asked();
    request({ port, host: '127.0.0.1' })
      .on('response', (answer) => answer.resume())
      .end();
    const [incoming, response] = await waiting;
    const listeners = response.listenerCount('close');
    const told: number[] = [];
    for (let number = 0; number < 20; number += 1)
      onFinished(incoming, response, () => {
        told.push(number);
      });
    expect(response.listenerCount('close')).toBe(listeners + 1);
    response.end();
    await once(response, 'close');
    incoming.socket.destroy();
    await once(incoming.socket, 'close');
    expect(told).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  it('is told of each of several that were sent at once, when their connection is gone', async () => {
    const told: string[] = [];
    const both = new Promise<void>((resolve) => {
      server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
        onFinished(incoming, response, () => {
          told.push(incoming.url ?? '');
          if (told.length === 2) resolve();
        });
        if (incoming.url === '/second') client.destroy();
      });
    });
    const client = connect(port, '127.0.0.1');
    client.write('GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n');
    await both;
    expect(told.toSorted()).toEqual(['/first', '/second']);
  });

  it('is told at once where the connection is gone already', async () => {
    const waiting = asked();
    const client = request({ port, host: '127.0.0.1' }).on('error', () => undefined);
    client.end();
    const [incoming, response] = await waiting;
    client.destroy();
    await once(incoming.socket, 'close');
    let isTold = false;
    onFinished(incoming, response, () => {
      isTold = true;
    });
    expect(isTold).toBe(true);
  });
});
