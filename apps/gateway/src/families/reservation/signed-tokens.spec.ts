import 'reflect-metadata';
import { createHmac, createSign, generateKeyPairSync, type BinaryLike } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { scopes, Encrypter } from '@refundry/auth';
import { verifyDomain, type DomainVerdict, type PresentedDomain } from '@refundry/contracts';
import type { Failure } from '@refundry/errors';
import { Reply, RpcClient, RpcServer, type Frame } from '@refundry/messaging';
import type { Caller } from '@refundry/resource';
import { NatsServer } from '@refundry/testing';
import { reservation } from './reservation.dialect.js';
import { CredentialCaches } from '../../credentials/credential-caches.js';
import { signedTokens } from './signed-tokens.js';

type Segment = object | string;

const encrypter = new Encrypter(Buffer.alloc(32, 7).toString('base64'));
const day = 86_400;
const now = (): number => Math.floor(Date.now() / 1000);
const { read, write, manage } = scopes.reservation;

/** The characters of organisation tokens; acme's office and its till have tokens of their own. */
const [acme, other, office, till, ended] = [
  'a'.repeat(64),
  'سفر, ü 2'.repeat(8),
  'c'.repeat(64),
  'd'.repeat(64),
  'e'.repeat(64),
];
const known = new Map<string, DomainVerdict>();
const asked: string[] = [];

let nats: NatsServer;
let accounts: RpcServer;
let rpc: RpcClient;
let credentials: CredentialCaches;

beforeAll(async () => {
  nats = await NatsServer.start();
  accounts = new RpcServer({
    url: nats.url(),
    name: 'accounts',
    limit: 100,
    graceMs: 100,
    observe: () => undefined,
    encrypter,
  });
  accounts.addHandler(verifyDomain.subject, (frame: Frame) => Promise.resolve(verdict(frame)), false, {
    isEncrypted: true,
  });
  await new Promise<void>((resolve) => {
    void accounts.listen(() => {
      resolve();
    });
  });
  rpc = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100, encrypter });
  credentials = new CredentialCaches(rpc);
  const lasting = { found: true, is_active: true, scope: `${read} ${write}`, expires: Date.now() + 90 * day * 1000 };
  known.set('shop.example', { ...lasting, account: 1, organisation_token: acme });
  known.set('xn--wgbd6b.example', { ...lasting, account: 2, organisation_token: other });
  known.set('several.example', {
    ...lasting,
    account: 1,
    id: 11,
    organisation_token: acme,
    further_tokens: [
      { id: 12, organisation_token: office, scope: `${read} ${manage}`, expires: lasting.expires },
      { id: 13, organisation_token: till, scope: read, expires: Date.now() + day * 1000 },
      { id: 14, organisation_token: ended, scope: read, expires: Date.now() - 1 },
    ],
  });
  known.set('closed.example', { ...lasting, account: 1, organisation_token: acme, is_active: false });
  known.set('ending.example', { ...lasting, account: 1, organisation_token: acme, expires: Date.now() + day * 1000 });
  known.set('ended.example', { ...lasting, account: 1, organisation_token: acme, expires: Date.now() - 1 });
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await rpc.close();
  await accounts.close();
  await nats.stop();
});

function verdict({ body }: Frame): Reply {
  const { domain } = JSON.parse(Buffer.from(body).toString()) as PresentedDomain;
  asked.push(domain);
  return Reply.json(JSON.stringify(known.get(domain) ?? { found: false }));
}

const encode = (segment: Segment): string =>
  Buffer.from(typeof segment === 'string' ? segment : JSON.stringify(segment)).toString('base64url');
const mac = (input: string, key: BinaryLike): string => createHmac('sha256', key).update(input).digest('base64url');
/** A token with whatever header and claims, signed by HMAC. */
function forged(header: Segment, claims: Segment, key: BinaryLike = acme): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${mac(input, key)}`;
}
const hs256 = { alg: 'HS256', typ: 'JWT' };
const token = (claims: Segment = { exp: now() + 3600 }, key: BinaryLike = acme): string => forged(hs256, claims, key);
/** The same token, were trailing bits that mean nothing read over. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const withOtherEnd = (text: string): string => text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + 1]!;

const headersOf = (jwt: string, domain = 'shop.example'): IncomingHttpHeaders => ({
  authorization: `Bearer ${jwt}`,
  domain,
});
/** The actor of a token; accounts of the version before don't tell the number of an organisation token. */
const signedBy = (id: string): Caller['actor'] => ({ kind: 'signed_token', id });
const call = async (headers: IncomingHttpHeaders): Promise<Caller> =>
  (await signedTokens.identify(headers, credentials, () => undefined)).caller;
/** The status and the number of the refusal. */
const refusal = (headers: IncomingHttpHeaders): Promise<unknown> =>
  call(headers).then(
    (caller) => caller,
    (failure: unknown) => [
      (failure as Failure).status,
      (reservation.render(failure as Failure) as { error: { code: number } }).error.code,
    ],
  );

describe('a token that its client signed', () => {
  it.each<[string, () => IncomingHttpHeaders]>([
    ['in an hour', () => headersOf(token())],
    ['in seven days', () => headersOf(token({ exp: now() + 7 * day }))],
    ['in a fraction of a second', () => headersOf(token({ exp: now() + 0.5 }))],
    ['by a clock that is half a minute behind', () => headersOf(token({ exp: now() - 25, nbf: now() - 3600 }))],
    [
      'by a clock that is half a minute ahead',
      () => headersOf(token({ exp: now() + 7 * day + 25, nbf: now() + 25, iat: now() + 25 })),
    ],
    [
      'with claims of its own',
      () => headersOf(token({ exp: now() + 60, iss: 'shop', aud: ['x'], sub: '1', jti: 'ü', data: { exp: 1 } })),
    ],
    ['with a header of its own', () => headersOf(forged({ ...hs256, kid: '1', typ: 'at+jwt' }, { exp: now() + 60 }))],
    ['for a domain written otherwise', () => headersOf(token(), ' HTTPS://www.Shop.example:443/refunds ')],
    [
      'behind a scheme in small letters and spaces',
      () => ({ authorization: `bearer \t ${token()} `, domain: 'shop.example' }),
    ],
  ])('lets in who speaks for the domain, expiring %s', async (_, headers) => {
    expect(await call(headers())).toEqual({
      account: 1,
      scopes: [read, write],
      domain: 'shop.example',
      actor: signedBy('shop.example'),
    });
  });

  it('lets in with a key of any characters, read as UTF-8, for a domain in any script', async () => {
    expect(
      await call(headersOf(token(undefined, Buffer.from(other)), Buffer.from('سفر.example').toString('latin1'))),
    ).toEqual({
      account: 2,
      scopes: [read, write],
      domain: 'xn--wgbd6b.example',
      actor: signedBy('xn--wgbd6b.example'),
    });
  });

  it.each([
    [read, [read]],
    [`${read} ${write}`, [read, write]],
    [`${scopes.reservation.manage} ${write} oms:read`, [write]],
    ['', []],
    ['read', []],
  ])('may narrow what it allows: %p', async (scope, allowed) => {
    expect((await call(headersOf(token({ exp: now() + 60, scope })))).scopes).toEqual(allowed);
  });

  it('is good up to the end of the organisation token', async () => {
    const { expires = 0 } = known.get('ending.example')!;
    expect(await call(headersOf(token({ exp: Math.floor(expires / 1000) }), 'ending.example'))).toMatchObject({
      account: 1,
    });
  });
});

describe('a token of an account with several organisation tokens', () => {
  const identify = (jwt: string) =>
    signedTokens.identify(headersOf(jwt, 'several.example'), credentials, () => undefined);

  it.each([
    [acme, [read, write], 'several.example 11'],
    [office, [read, manage], 'several.example 12'],
    [till, [read], 'several.example 13'],
  ])(
    'carries the scopes of the one that signed it, and is counted as its own credential: %s',
    async (key, allowed, holder) => {
      expect(await identify(token(undefined, key))).toEqual({
        caller: { account: 1, domain: 'several.example', scopes: allowed, actor: signedBy(holder) },
        credential: `reservation ${holder}`,
      });
    },
  );

  it('is narrowed within the scopes of the one that signed it', async () => {
    const narrow = async (key: string): Promise<unknown> =>
      (await identify(token({ exp: now() + 60, scope: `${manage} ${write}` }, key))).caller.scopes;
    expect([await narrow(acme), await narrow(office), await narrow(till)]).toEqual([[write], [manage], []]);
  });

  it('may not outlast the one that signed it, whatever the others do', async () => {
    const days = (key: string): Promise<unknown> =>
      refusal(headersOf(token({ exp: now() + 2 * day }, key), 'several.example'));
    expect([await days(office), await days(till)]).toEqual([expect.objectContaining({ account: 1 }), [401, 2007]]);
  });

  it('is refused as a wrong signature when none of those that live has signed it', async () => {
    for (const jwt of [
      token(undefined, ended),
      token(undefined, other),
      token(undefined, acme + office),
      `${token().split('.').slice(0, 2).join('.')}.`,
    ]) {
      expect(await refusal(headersOf(jwt, 'several.example'))).toEqual([401, 2004]);
    }
    expect(await refusal(headersOf(token(undefined, office)))).toEqual([401, 2004]);
  });

  it('is refused within a second of the end of its own, and the others are not', async () => {
    advance(3000); // an answer that is being refreshed would come from before the change
    expect(await identify(token(undefined, till))).toMatchObject({ caller: { account: 1 } });
    const verdict = known.get('several.example')!;
    known.set(
      'several.example',
      Object.assign({}, verdict, { further_tokens: verdict.further_tokens!.filter(({ id }) => id !== 13) }),
    );
    advance(4000);
    expect(await refusal(headersOf(token(undefined, till), 'several.example'))).toEqual([401, 2004]);
    for (const key of [acme, office])
      expect(await identify(token(undefined, key))).toMatchObject({ caller: { account: 1 } });
  });
});

describe('a token is refused', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
  const soon = { exp: now() + 3600 };

  function signedByRsa(claims: object): string {
    const input = `${encode({ alg: 'RS256' })}.${encode(claims)}`;
    return `${input}.${createSign('sha256').update(input).sign(privateKey, 'base64url')}`;
  }

  it.each<[string, number, () => string]>([
    ['without an algorithm', 2003, () => `${encode({ alg: 'none' })}.${encode(soon)}.`],
    ['without an algorithm, in other letters', 2003, () => forged({ alg: 'nOnE' }, soon)],
    ['without an algorithm, with a signature', 2003, () => forged({ alg: 'none' }, soon)],
    ['that does not name its algorithm', 2003, () => forged({ typ: 'JWT' }, soon)],
    ['whose algorithm is a list', 2003, () => forged({ alg: ['HS256'] }, soon)],
    ['of RS256, with a public key as the secret', 2003, () => forged({ alg: 'RS256' }, soon, publicPem)],
    ['of RS256, signed as it says', 2003, () => signedByRsa(soon)],
    ['of HS256, with a public key as the secret', 2004, () => token(soon, publicPem)],
    ['of HS512', 2003, () => forged({ alg: 'HS512' }, soon)],
    ['of hs256', 2003, () => forged({ alg: 'hs256' }, soon)],
    ['signed with a wrong key', 2004, () => token(soon, 'b'.repeat(64))],
    ['signed with no key', 2004, () => token(soon, '')],
    ['signed with the bytes that the key writes', 2004, () => token(soon, Buffer.from(acme, 'hex'))],
    ['without a signature', 2004, () => `${token().split('.').slice(0, 2).join('.')}.`],
    ['with half a signature', 2004, () => token().slice(0, -19)],
    [
      'with the claims of another',
      2004,
      () => [encode(hs256), encode({ exp: now() + 60 }), token().split('.')[2]].join('.'),
    ],
    ['that has expired', 2005, () => token({ exp: now() - 31 })],
    ['that expired before time began', 2005, () => token({ exp: -1 })],
    ['without an end', 2006, () => token({})],
    ['whose end is a text', 2006, () => token({ exp: String(now() + 3600) })],
    ['whose end is null', 2006, () => token({ exp: null })],
    ['whose end is a list', 2006, () => token({ exp: [now() + 3600] })],
    ['that ends in 8 days', 2007, () => token({ exp: now() + 8 * day })],
    ['that ends never', 2007, () => token('{"exp":1e999}')],
    ['that ends in milliseconds', 2007, () => token({ exp: Date.now() })],
    ['that is to come', 2008, () => token({ exp: now() + 3600, nbf: now() + 60 })],
    ['that is to come as a text', 2003, () => token({ exp: now() + 3600, nbf: String(now()) })],
    ['whose scope is a list', 2003, () => token({ ...soon, scope: [read] })],
    ['of 20 KiB', 2009, () => token({ ...soon, x: 'x'.repeat(15_000) })],
    ['of one byte over 8 KiB', 2009, () => 'x'.repeat(8193)],
    ['that names its algorithm twice', 2003, () => forged('{"alg":"none","alg":"HS256"}', soon)],
    [
      'that names its algorithm twice, once in disguise',
      2003,
      () => forged('{"\\u0061lg":"none","alg":"HS256"}', soon),
    ],
    ['that names its end twice', 2003, () => token(`{"exp":${soon.exp + 8 * day},"exp":${soon.exp}}`)],
    ['that names something deep down twice', 2003, () => token(`{"exp":${soon.exp},"x":[{"a":1,"a":1}]}`)],
    ['that demands an extension', 2003, () => forged({ ...hs256, crit: ['exp'], exp: soon.exp }, soon)],
    ['that is not encoded', 2003, () => forged({ ...hs256, b64: false, crit: ['b64'] }, soon)],
    ['whose key is a file', 2004, () => forged({ ...hs256, kid: '/dev/null' }, soon, '')],
    ['whose key is a query', 2004, () => forged({ ...hs256, kid: "x' union select 'key" }, soon, 'key')],
    ['that brings its key', 2004, () => forged({ ...hs256, jwk: { kty: 'oct', k: encode('own') } }, soon, 'own')],
    [
      'that says where its key is',
      2004,
      () => forged({ ...hs256, jku: 'https://evil.example/', x5u: 'https://evil.example/' }, soon, 'own'),
    ],
    ['that is padded', 2003, () => token().replace('.', '=.')],
    [
      'in the base64 of e-mail',
      2003,
      () =>
        token({ ...soon, x: '?'.repeat(8) })
          .replaceAll('_', '/')
          .replaceAll('-', '+'),
    ],
    ['whose signature has an end that means nothing', 2003, () => withOtherEnd(token())],
    ['that begins with a mark of byte order', 2003, () => token(`\ufeff{"exp":${soon.exp}}`)],
    [
      'that is not UTF-8',
      2003,
      () => [encode(hs256), Buffer.from('{"exp":1,"x":"\xff"}', 'latin1').toString('base64url'), 'x'].join('.'),
    ],
    ['whose claims are a list', 2003, () => token([soon.exp])],
    ['whose claims are a text', 2003, () => token('"exp"')],
    ['whose header is null', 2003, () => forged('null', soon)],
    ['of one part', 2003, () => 'abc'],
    ['of two parts', 2003, () => token().split('.').slice(0, 2).join('.')],
    ['of four parts', 2003, () => `${token()}.x`],
    ['of two words', 2003, () => `${token()} ${token()}`],
  ])('%s', async (_, number, jwt) => {
    expect(await refusal(headersOf(jwt()))).toEqual([401, number]);
  });

  it.each<[string, number, IncomingHttpHeaders]>([
    ['that is not there', 2001, { domain: 'shop.example' }],
    ['that is empty', 2001, { authorization: 'Bearer ', domain: 'shop.example' }],
    ['of another scheme', 2001, { authorization: `Token ${token()}`, domain: 'shop.example' }],
    ['without a scheme', 2001, { authorization: token(), domain: 'shop.example' }],
    ['without a domain', 2002, { authorization: `Bearer ${token()}` }],
    ['with an empty domain', 2002, headersOf(token(), ' ')],
    ['with a domain that is none', 2004, headersOf(token(), 'shop.example, shop.example')],
    ['with a domain in other bytes than UTF-8', 2004, headersOf(token(), 'sh\u00f6p.example')],
    ['with a domain longer than any', 2004, headersOf(token(), `${'a'.repeat(60)}.`.repeat(10))],
    ['with an unregistered domain', 2004, headersOf(token(), 'unknown.example')],
    ["of one account with another's domain", 2004, headersOf(token(), 'xn--wgbd6b.example')],
    ['with a domain of which the registered one is a part', 2004, headersOf(token(), 'evil.shop.example')],
    ['of an organisation token that has ended', 2004, headersOf(token(), 'ended.example')],
  ])('%s', async (_, number, headers) => {
    expect(await refusal(headers)).toEqual([401, number]);
  });

  it('that outlasts its organisation token', async () => {
    expect(await refusal(headersOf(token({ exp: now() + 2 * day }), 'ending.example'))).toEqual([401, 2007]);
  });

  it('for a disabled domain, once its signature is good', async () => {
    expect(await refusal(headersOf(token(), 'closed.example'))).toEqual([403, 2101]);
    for (const jwt of [token(undefined, 'b'.repeat(64)), token({ exp: now() - 60 })])
      expect(await refusal(headersOf(jwt, 'closed.example'))).toEqual([401, expect.any(Number)]);
  });

  it('within a second of the next organisation token', async () => {
    advance(10_000); // an answer that is being refreshed would come from before the change
    expect(await call(headersOf(token()))).toMatchObject({ account: 1 });
    const verdict = known.get('shop.example')!;
    known.set('shop.example', Object.assign({}, verdict, { organisation_token: 'b'.repeat(64) }));
    advance(11_000);
    expect(await refusal(headersOf(token()))).toEqual([401, 2004]);
    expect(await call(headersOf(token(undefined, 'b'.repeat(64))))).toMatchObject({ account: 1 });
    known.set('shop.example', verdict);
    advance(12_000);
    expect(await call(headersOf(token()))).toMatchObject({ account: 1 });
  });
});

describe('accounts', () => {
  it('are asked once for all concurrent requests of a domain, and never for a token no key could verify', async () => {
    advance(20_000);
    asked.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => call(headersOf(token()))));
    for (const jwt of ['abc', 'x'.repeat(9000)]) await refusal(headersOf(jwt, 'never-asked.example'));
    expect(asked).toEqual(['shop.example']);
  });
});

/** Moves the clock that says how old an answer is. */
function advance(ms: number): void {
  jest.restoreAllMocks();
  const monotonic = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => monotonic() + ms);
}
