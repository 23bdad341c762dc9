import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Egress, isPrivateAddress, readPart, retryAfterMs, type EgressOptions } from './index.js';

let server: Server | undefined;
let egress: Egress | undefined;

afterEach(async () => {
  await egress?.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function listen(listener: RequestListener): Promise<number> {
  server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const get = (address: string, options: Partial<EgressOptions> = {}): ReturnType<Egress['send']> => {
  egress = new Egress({ timeoutMs: 2000, allowsPrivateAddresses: false, ...options });
  return egress.send({ method: 'GET', url: new URL(address), headers: {}, signal: new AbortController().signal });
};

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.19.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::808:808',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:10::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('is private: %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450:4001::1'])(
    'is public: %s',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe('a request', () => {
  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://localhost',
  ])('never connects to %s', async (host) => {
    let connections = 0;
    const port = await listen((_, response) => response.end());
    server?.on('connection', () => (connections += 1));
    await expect(get(`${host}:${port}/`)).rejects.toThrow('The address is a private one.');
    expect(connections).toBe(0);
  });

  it('is refused where one address of several is private', async () => {
    await expect(
      get('http://hooks.example.com/', {
        lookup: (_host, _options, callback) => {
          callback(null, [
            { address: '8.8.8.8', family: 4 },
            { address: '10.0.0.1', family: 4 },
          ]);
        },
      }),
    ).rejects.toThrow('The address is a private one.');
  });

  it('follows no redirect', async () => {
    const paths: unknown[] = [];
    const port = await listen((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { statusCode, body } = await get(`http://127.0.0.1:${port}/`, { allowsPrivateAddresses: true });
    await body.dump();
    expect([statusCode, paths]).toEqual([302, ['/']]);
  });

  it('ends in time though its answer goes on byte by byte', async () => {
    const port = await listen((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const { body } = await get(`http://127.0.0.1:${port}/`, { allowsPrivateAddresses: true, timeoutMs: 300 });
    await expect(readPart(body, 65_536, 1024)).rejects.toThrow('timeout');
  });

  it('reads no more of an endless answer than its limit, and keeps the beginning', async () => {
    let written = 0;
    const ended = Promise.withResolvers<undefined>();
    const port = await listen((_, response) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const fill = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', fill).on('close', () => {
        ended.resolve(undefined);
      });
      fill();
    });
    const { body } = await get(`http://127.0.0.1:${port}/`, { allowsPrivateAddresses: true });
    const { kept, isCut } = await readPart(body, 65_536, 1024);
    await ended.promise;
    expect([kept.toString(), isCut]).toEqual(['x'.repeat(1024), true]);
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('Retry-After', () => {
  it('is read as seconds or as a date, and as nothing else', () => {
    expect(retryAfterMs('120')).toBe(120_000);
    expect(retryAfterMs(new Date(Date.now() + 90_000).toUTCString())).toBeGreaterThan(80_000);
    expect(['', 'soon', '-5', '1.5x', undefined].map((header) => retryAfterMs(header))).toEqual([0, 0, 0, 0, 0]);
  });
});
