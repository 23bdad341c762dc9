import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gatewayConfig } from '../gateway.config.js';
import { PublicAddress } from './public-address.js';

const own = 'http://127.0.0.1:8080';
const [edge, inner, client] = ['10.0.0.1', '10.0.0.2', '203.0.113.9'];

/** The headers that a gateway which trusts 10.0.0.0/8 reads from a request. @param peer who has connected to it */
function taken(
  headers: IncomingHttpHeaders,
  { peer = inner, ...environment }: { peer?: string; PUBLIC_URL?: string } = {},
): { base: string; client: string } {
  const config = gatewayConfig({
    NATS_URL: 'nats://127.0.0.1:4222',
    WIRE_KEY: Buffer.alloc(32).toString('base64'),
    TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8:aaaa::/48',
    ...environment,
  });
  const request = { headers, socket: { remoteAddress: peer } } as IncomingMessage;
  return { base: new PublicAddress(config).baseFor(request), client: config.trustedProxies.clientOf(request) };
}

const throughTwo = { 'x-forwarded-for': `${client}, ${edge}` };
const baseOf = (headers: IncomingHttpHeaders): string => taken({ ...throughTwo, ...headers }).base;

describe('the public address behind two trusted proxies', () => {
  it.each<[IncomingHttpHeaders, string]>([
    [{ 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'api.x, gateway.internal' }, 'https://api.x'],
    [{ 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'api.x' }, 'https://api.x'],
    [{ 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'api.x,gateway.internal:8080' }, 'http://api.x'],
    [
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.x', 'x-forwarded-port': '8443, 8080' },
      'https://api.x:8443',
    ],
    [
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.x:9443', 'x-forwarded-port': '8443' },
      'https://api.x:9443',
    ],
    [
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.x', 'x-forwarded-prefix': '/shop/, /inner' },
      'https://api.x/shop',
    ],
    [
      { 'x-forwarded-host': '[2001:db8::1], gateway.internal', 'x-forwarded-port': '8080' },
      'http://[2001:db8::1]:8080',
    ],
    [
      {
        'x-forwarded-host': 'evil.example, api.x, gateway.internal',
        'x-forwarded-proto': 'http, https, http',
        'x-forwarded-prefix': '/evil, /shop, /',
      },
      'https://api.x/shop',
    ],
  ])('is the one that the client asked, by the word of the outermost: %j is %s', (headers, base) => {
    expect(baseOf(headers)).toBe(base);
  });

  it.each([
    [`for=${client};proto=https;host=api.x, for=${edge};proto=http;host=gateway.internal`, client],
    [`For="[2001:db8:cafe::17]:4711";Proto=HTTPS;HOST="api.x";by=10.0.0.1,for=${edge}`, '2001:db8:cafe::17'],
    [`for=${client};proto=https;host=api.x , for="${edge}:8080" ; by=_inner`, client],
    [`for=unknown;proto=https;host=api.x, for=${edge}`, edge],
    [`for="_hidden";proto=https;host=api.x;, for="${edge}:_port"`, edge],
    [`for=${client};proto=https;host="api\\.x";secret="a, b; \\"c\\"", for=${edge}`, client],
    [`for=1.2.3.4;host=evil.example, for=${client};proto=https;host=api.x, for=${edge}`, client],
    [`for="open, for=${client};proto=https;host="api.x", for="${edge}"`, client],
    [`host=", for=${client};proto=https;host=api.x, for="${edge}:80"`, client],
  ])('is read of `Forwarded` too: %s', (forwarded, address) => {
    expect(taken({ forwarded })).toEqual({ base: 'https://api.x', client: address });
  });
});

describe('the forwarder of a request', () => {
  const headers = {
    'x-forwarded-for': `${client}, 198.51.100.7`,
    'x-forwarded-host': 'evil.example, api.x',
    'x-forwarded-proto': 'http, https',
    'x-forwarded-prefix': '/evil, /shop',
  };

  it('decides nothing behind a proxy that is not ours', () => {
    expect(taken(headers)).toEqual({ base: 'https://api.x/shop', client: '198.51.100.7' });
    expect(taken({ forwarded: `for=${client};host=evil.example, for=198.51.100.7;host=api.x;proto=https` })).toEqual({
      base: 'https://api.x',
      client: '198.51.100.7',
    });
  });

  it('decides nothing where nobody is trusted', () => {
    const { 'x-forwarded-for': forwardedFor, 'x-forwarded-host': host } = headers;
    expect(taken(headers, { peer: '198.51.100.7' })).toEqual({ base: own, client: '198.51.100.7' });
    expect(taken({ forwarded: `for=${forwardedFor};host=${host}` }, { peer: '198.51.100.7' })).toEqual({
      base: own,
      client: '198.51.100.7',
    });
  });

  it('decides for one hop where the proxy does not say whom it serves', () => {
    expect(taken({ 'x-forwarded-host': 'evil.example, api.x', 'x-forwarded-proto': 'http, https' })).toEqual({
      base: 'https://api.x',
      client: inner,
    });
  });

  it('decides by the older headers alone where there are any', () => {
    expect(
      taken({ ...throughTwo, 'x-forwarded-host': 'api.x', forwarded: 'for=192.0.2.1;host=evil.example;proto=https' }),
    ).toEqual({ base: 'http://api.x', client });
    expect(taken({ ...throughTwo, forwarded: 'for=192.0.2.1;host=evil.example;proto=https' })).toEqual({
      base: own,
      client,
    });
  });

  it('decides nothing where the address is configured', () => {
    expect(
      taken(
        { ...throughTwo, 'x-forwarded-host': 'api.x', 'x-forwarded-prefix': '/shop' },
        { PUBLIC_URL: 'https://configured.example/' },
      ).base,
    ).toBe('https://configured.example');
  });

  it.each([
    [`${client}:51000, ${edge}:443`, client],
    ['[2001:db8::9]:51000, 10.0.0.1', '2001:db8::9'],
    ['2001:db8::9, 2001:db8:aaaa::1', '2001:db8::9'],
    [`unknown, ${edge}`, edge],
    [', ', inner],
    ['10.0.0.7, 10.0.0.8', '10.0.0.7'],
  ])('is known by its address, with a port or without: %s', (forwardedFor, address) => {
    expect(taken({ 'x-forwarded-for': forwardedFor }).client).toBe(address);
  });
});

describe('a forwarded value that makes no sense', () => {
  it.each([
    'evil.example/x',
    'user@evil.example',
    'a b',
    'api.x:99999',
    'api.x:',
    'evil.example#',
    'evil.example\\',
    '"api.x"',
    '[::::]',
    '1.2.3.4.5',
    '<script>',
    'a'.repeat(300),
    'ex\u00e4mple',
  ])('is no host: %s', (host) => {
    expect(baseOf({ 'x-forwarded-host': host, 'x-forwarded-prefix': '/shop' })).toBe(own);
    expect(taken({ forwarded: `host="${host.replaceAll(/["\\]/g, '\\$&')}"` }).base).toBe(own);
  });

  it.each([
    '//evil.example',
    '/..',
    '/shop/../..',
    '/./shop',
    '/%2e%2E/x',
    '/.%2e',
    '/shop//evil',
    '/\\evil',
    '/%2Fevil',
    '/%5cevil',
    'evil.example',
    '@evil.example',
    '/?x',
    '/#x',
    '/"x',
    '/shop evil',
    '/',
    '/%',
    '/shop/'.repeat(100),
  ])('is no prefix: %s', (prefix) => {
    expect(baseOf({ 'x-forwarded-host': 'api.x', 'x-forwarded-prefix': prefix })).toBe('http://api.x');
  });

  it.each(['0', '99999', '-1', '8e3', '80 ', '443', 'x', '8080/evil'])('is no port to print: %s', (port) => {
    expect(['http://api.x', own]).toContain(baseOf({ 'x-forwarded-host': 'api.x', 'x-forwarded-port': port }));
  });

  it.each(['javascript', 'ftp', 'https:', 'on', ''])('is no scheme: %s', (scheme) => {
    expect(baseOf({ 'x-forwarded-host': 'api.x', 'x-forwarded-proto': scheme })).toBe('http://api.x');
  });

  it.each([
    'for=1.2.3.4;for=5.6.7.8;host=evil.example',
    'host=evil.example;host=other',
    'host = evil.example',
    'host="evil.example',
    'host=evil example',
    ';;host',
    '"',
    'host=evil.example,"',
    ','.repeat(30_000),
    `"${',a'.repeat(15_000)}`,
  ])('is no element of `Forwarded`: %s', (forwarded) => {
    expect(taken({ forwarded })).toEqual({ base: own, client: inner });
  });

  it('never makes anything but an address of http or https with a clean path, whatever is forwarded', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.constantFrom('https', 'api.x', 'api.x:81', '/shop', '//evil', '8443', client, edge, `for=${edge};host=api.x`),
    );
    const names = fc.constantFrom(
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-forwarded-host',
      'x-forwarded-port',
      'x-forwarded-prefix',
      'forwarded',
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          names,
          fc.array(value, { maxLength: 4 }).map((values) => values.join(',')),
        ),
        (headers) => {
          const { base } = taken(headers);
          const { protocol, username, search, hash, pathname } = new URL(base);
          expect([['http:', 'https:'].includes(protocol), username, search, hash]).toEqual([true, '', '', '']);
          expect(base.replace(/^https?:\/\/[\w.:[\]-]+/, '')).toBe(pathname === '/' ? '' : pathname);
          expect(pathname).not.toMatch(/\/\/|\\/);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});
