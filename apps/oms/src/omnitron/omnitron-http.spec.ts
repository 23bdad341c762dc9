import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OmnitronHttp } from './omnitron-http.js';

let server: Server;
const http = new OmnitronHttp({ timeoutMs: 5000, allowsPrivateAddresses: true });

beforeAll(async () => {
  server = createServer((request, response) =>
    response.end(Buffer.from(decodeURIComponent(request.url?.slice(1) ?? ''), 'latin1')),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
  await http.onApplicationShutdown();
  server.close();
});

/** Returns the result of reading an answer of these bytes. */
const read = async (bytes: string): Promise<unknown> => {
  const { port } = server.address() as AddressInfo;
  const { json } = await http.send(
    { method: 'GET', url: new URL(`http://127.0.0.1:${port}/${encodeURIComponent(bytes)}`) },
    new AbortController().signal,
  );
  return json;
};

describe('an answer of Omnitron', () => {
  it('is JSON in UTF-8', async () => {
    expect(await read(Buffer.from('{"name":"Şişe"}').toString('latin1'))).toEqual({ name: 'Şişe' });
  });

  it.each(['{"name":"\xde"}', '{"name":'])(
    'is refused where it is not, rather than read with replacement characters: %j',
    async (bytes) => {
      await expect(read(bytes)).rejects.toMatchObject({
        failure: { code: 'upstream_failed', detail: 'Omnitron sent an answer that is no JSON.' },
      });
    },
  );
});
