import { describe, expect, it } from '@jest/globals';
import { gatewayConfig } from './gateway.config.js';

const needed = { NATS_URL: 'nats://gateway@127.0.0.1', WIRE_KEY: Buffer.alloc(32).toString('base64') };

describe('the share of the connections that an address has', () => {
  it('is an eighth of them, unless another is set', () => {
    const share = (variables: Record<string, string>): unknown =>
      gatewayConfig({ ...needed, ...variables }).connectionsPerAddress;
    expect([
      share({}),
      share({ MAX_CONNECTIONS: '80' }),
      share({ MAX_CONNECTIONS: '0' }),
      share({ MAX_CONNECTIONS_PER_ADDRESS: '7' }),
      share({ MAX_CONNECTIONS_PER_ADDRESS: '0' }),
    ]).toEqual([625, 10, 0, 7, 0]);
  });
});

describe("the gateway's configuration of traces", () => {
  it('is one request in a hundred, whatever callers want, unless it is told otherwise', () => {
    expect(gatewayConfig(needed).traces).toEqual({ ratio: 0.01, trustsCallers: false });
    expect(gatewayConfig({ ...needed, OTEL_TRACES_SAMPLER_ARG: '0.5', TRUST_TRACEPARENT: 'true' }).traces).toEqual({
      ratio: 0.5,
      trustsCallers: true,
    });
  });

  it.each(['-0.1', '1.1', 'some'])('is no share that is none: %s', (text) => {
    expect(() => gatewayConfig({ ...needed, OTEL_TRACES_SAMPLER_ARG: text })).toThrow(
      'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.',
    );
  });

  it.each(['collector:4318', 'grpc://collector:4317'])('is sent to no address that is none: %s', (url) => {
    expect(() => gatewayConfig({ ...needed, OTEL_EXPORTER_OTLP_ENDPOINT: url })).toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL',
    );
  });
});

/** The sentences of a refused environment. */
function complaints(variables: Readonly<Record<string, string>>): string[] {
  try {
    gatewayConfig(variables);
  } catch (error) {
    return (error as Error).message.split(/(?<=\.) /).toSorted();
  }
  throw new Error('it was not refused');
}

describe('a wrong environment of the gateway', () => {
  it('is refused for everything that is wrong with it at once', () => {
    expect(
      complaints({
        PORT: 'http',
        PUBLIC_URL: 'api.shop.example',
        TRUSTED_PROXIES: '10.0.0.0/8, proxy.example',
        TLS_CERTIFICATE: 'hunter2',
        TLS_KEY: 'hunter2',
        MAX_CONNECTIONS: '-1',
        METRICS: 'some',
        WIRE_KEY: 'hunter2',
      }),
    ).toEqual([
      'MAX_CONNECTIONS must not be less than 0.',
      'METRICS must be a boolean value.',
      'NATS_URL is required.',
      'PORT must be an integer number.',
      'PUBLIC_URL must be a URL that begins with http:// or https://.',
      'TLS_CERTIFICATE and TLS_KEY must be a certificate and its key in PEM.',
      'TRUSTED_PROXIES must hold addresses and networks.',
      'WIRE_KEY must be 32 bytes in base64.',
    ]);
  });

  it.each([
    'proxy.example',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/8/9',
    '10.0.0.0/1e1',
    '10.1/16',
    '::/129',
    '10.0.0.1 10.0.0.2',
  ])('trusts no proxy %s', (proxy) => {
    expect(complaints({ ...needed, TRUSTED_PROXIES: proxy })).toEqual([
      'TRUSTED_PROXIES must hold addresses and networks.',
    ]);
  });

  it.each(['TLS_CERTIFICATE', 'TLS_KEY'])('has no %s alone', (variable) => {
    expect(complaints({ ...needed, [variable]: 'text' })).toEqual(['TLS_CERTIFICATE and TLS_KEY need each other.']);
  });
});

describe('the trusted proxies', () => {
  const trusts = (proxies: string, address: string): boolean =>
    gatewayConfig({ ...needed, TRUSTED_PROXIES: proxies }).trustedProxies.includes(address);

  it.each([
    ['10.0.0.0/8', '10.1.2.3', '11.0.0.1'],
    ['10.0.0.1', '10.0.0.1', '10.0.0.2'],
    ['10.0.0.0/8', '::ffff:10.1.2.3', '::ffff:11.0.0.1'],
    ['10.0.0.0/8', '::ffff:a01:203', '::ffff:b00:1'],
    ['::ffff:10.0.0.0/104', '10.1.2.3', '11.0.0.1'],
    ['2001:db8:aaaa::/48', '2001:db8:aaaa::1', '2001:db8:bbbb::1'],
    ['0.0.0.0/0', '203.0.113.7', '2001:db8::1'],
    ['10.0.0.0/8', '10.1.2.3', '012.0.0.1'],
  ])('are those of an address or a network: of %s is %s, and %s is not', (proxies, own, foreign) => {
    expect([trusts(proxies, own), trusts(proxies, foreign)]).toEqual([true, false]);
  });
});
