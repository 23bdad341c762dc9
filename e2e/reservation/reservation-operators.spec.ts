import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Encrypter } from '@refundry/auth';
import { verifyDomain } from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import { runCommand } from '../system/command-line.js';
import { omit } from '../system/omit.js';
import { SharedSystem } from '../system/shared-system.js';

interface Domain {
  readonly domain: string;
  readonly account: string;
  readonly is_active: boolean;
}

interface OrganisationToken {
  readonly organisation_token: string;
  readonly id: number;
  readonly name: string;
  readonly scopes: string[];
  readonly expires: string;
  readonly revoked: string | null;
}

interface SignedRequest {
  readonly jwt: string;
  readonly domain: string;
  readonly expires: string;
}

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3,6})?Z$/);

let system: SharedSystem;
let rpc: RpcClient;
let account: string;
let number = 0;

beforeAll(async () => {
  system = await SharedSystem.join();
  rpc = await RpcClient.open({
    url: system.natsUrl('operator'),
    name: 'test',
    limit: 10,
    encrypter: new Encrypter(system.keys.rpcEncryptionKey),
  });
  account = await system.newAccount();
});

afterAll(async () => {
  await rpc.close();
  await system.leave();
});

const newDomain = (of = account): Promise<Domain> =>
  system.command('domain', 'add', '--account', of, '--domain', `shop${++number}.example`);
const newToken = (...options: string[]): Promise<OrganisationToken> =>
  system.command('organisation-token', 'create', '--account', account, '--for', '1 week', ...options);
const listed = <T>(noun: string): Promise<T[]> => system.command(noun, 'list', '--account', account);
const isSignedWith = (jwt: string, key: string): boolean => {
  const [header = '', claims = '', signature] = jwt.split('.');
  return createHmac('sha256', key).update(`${header}.${claims}`).digest('base64url') === signature;
};

describe('a domain', () => {
  it('is added however it is written, listed, disabled, enabled and removed by its name', async () => {
    const added = await system.command<Domain>(
      'domain',
      'add',
      '--account',
      account,
      '--domain',
      'HTTPS://www.Müşteri.example:443/refunds',
    );
    expect(added).toEqual({ domain: 'xn--mteri-kva70e.example', account, is_active: true, created: timestamp });
    expect(await listed<Domain>('domain')).toContainEqual(added);
    expect(await system.command('domain', 'disable', '--domain', 'müşteri.example')).toEqual({
      ...added,
      is_active: false,
    });
    expect(await system.command('domain', 'enable', '--domain', added.domain)).toEqual(added);
    expect(await system.command('domain', 'remove', '--domain', added.domain)).toEqual(added);
    expect(await listed<Domain>('domain')).not.toContainEqual(added);
  });

  it('is added once, whoever asks', async () => {
    const { domain } = await newDomain();
    const { code, stderr } = await system.tryCommand(
      'domain',
      'add',
      '--account',
      await system.newAccount(),
      '--domain',
      domain,
    );
    expect([code, stderr]).toEqual([1, `The domain ${domain} is registered already.\n`]);
  });

  it.each([['disable'], ['enable'], ['remove']])('that nobody added can not be changed: %s', async (verb) => {
    expect(await system.tryCommand('domain', verb, '--domain', 'unknown.example')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no domain unknown.example.\n',
    });
  });
});

describe('an organisation token', () => {
  it('is shown once, and ends the one before', async () => {
    const [first, second] = [await newToken(), await newToken('--scopes', 'reservation:read,reservation:manage')];
    expect(first).toEqual({
      organisation_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      id: expect.any(Number),
      account,
      name: 'default',
      scopes: ['reservation:read', 'reservation:write'],
      created: timestamp,
      expires: timestamp,
      last_used: null,
      revoked: null,
    });
    expect(second.scopes).toEqual(['reservation:read', 'reservation:manage']);
    const all = await listed<OrganisationToken>('organisation-token');
    expect(all.filter(({ revoked }) => revoked === null).map(({ id }) => id)).toEqual([second.id]);
    expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{64}/);
    expect(
      (await system.command<OrganisationToken>('organisation-token', 'revoke', '--account', account)).revoked,
    ).toEqual(timestamp);
    expect((await system.tryCommand('organisation-token', 'revoke', '--account', account)).stderr).toBe(
      `${account} has no organisation token.\n`,
    );
  });

  it('has a name, under which it is issued, signed with and revoked beside the others', async () => {
    const [agency, office] = [
      await newToken(),
      await newToken('--name', ' Büro ', '--scopes', 'reservation:read,reservation:manage'),
    ];
    expect(office).toMatchObject({ name: 'Büro', scopes: ['reservation:read', 'reservation:manage'] });
    const all = await listed<OrganisationToken>('organisation-token');
    expect(all.filter(({ revoked }) => revoked === null)).toEqual(
      [agency, office].map((issued) => omit(issued, 'organisation_token')),
    );
    const { domain } = await newDomain();
    const sign = (...options: string[]): Promise<SignedRequest> =>
      system.command('jwt', 'sign', '--account', account, '--domain', domain, ...options);
    expect(isSignedWith((await sign('--token-name', 'Büro')).jwt, office.organisation_token)).toBe(true);
    expect(isSignedWith((await sign()).jwt, agency.organisation_token)).toBe(true);
    expect(
      await system.command('organisation-token', 'revoke', '--account', account, '--id', String(agency.id)),
    ).toMatchObject({ name: 'default', revoked: timestamp });
    expect(isSignedWith((await sign()).jwt, office.organisation_token)).toBe(true);
    expect(await system.command('organisation-token', 'revoke', '--account', account, '--name', 'Büro')).toMatchObject({
      id: office.id,
      revoked: timestamp,
    });
  });

  it.each([
    [['--for', '1 year']],
    [['--for', '1d']],
    [['--scopes', 'oms:read', '--for', '1 day']],
    [['--for', '1 day', '--name', 'a\u200bb']],
    [[]],
  ])('is not issued with %j', async (options) => {
    expect(await system.tryCommand('organisation-token', 'create', '--account', account, ...options)).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('is not issued without the key that it would be encrypted with', async () => {
    expect(
      await runCommand(['organisation-token', 'create', '--account', account, '--for', '1 day'], {
        ...system.commandEnvironment,
        SECRET_KEY: '',
      }),
    ).toEqual({ code: 1, stdout: '', stderr: 'SECRET_KEY is needed: secrets are sealed with it.\n' });
  });

  it('reaches the gateway as it was shown', async () => {
    const { domain } = await newDomain();
    const { organisation_token: shown } = await newToken();
    expect(await rpc.call(verifyDomain, { domain }, 'r1')).toMatchObject({ found: true, organisation_token: shown });
  });
});

describe('a token for trying', () => {
  it("is signed with the account's organisation token, or one from standard input", async () => {
    const { domain } = await newDomain();
    const { organisation_token: key } = await newToken();
    const signed = await system.command<SignedRequest>(
      'jwt',
      'sign',
      '--account',
      account,
      '--domain',
      `www.${domain}`,
      '--expires-in',
      '15m',
    );
    expect(signed).toEqual({ jwt: expect.any(String), domain, expires: timestamp });
    expect(isSignedWith(signed.jwt, key)).toBe(true);
    expect(JSON.parse(Buffer.from(signed.jwt.split('.')[1]!, 'base64url').toString())).toEqual({
      exp: Date.parse(signed.expires) / 1000,
    });
    const { stdout } = await runCommand(
      ['jwt', 'sign', '--account', account, '--domain', domain, '--token-stdin', '--json'],
      system.commandEnvironment,
      'of another kind\n',
    );
    expect(isSignedWith((JSON.parse(stdout) as SignedRequest).jwt, 'of another kind')).toBe(true);
  });

  it("is not signed for another's domain, nor without a token", async () => {
    const other = await system.newAccount();
    const { domain } = await newDomain(other);
    const sign = (of: string): Promise<{ stderr: string }> =>
      system.tryCommand('jwt', 'sign', '--account', of, '--domain', domain);
    expect((await sign(account)).stderr).toBe(`The domain ${domain} is not one of ${account}.\n`);
    expect((await sign(other)).stderr).toBe(`${other} has no organisation token.\n`);
  });
});
