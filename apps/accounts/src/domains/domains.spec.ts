import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Encrypter } from '@refundry/auth';
import { verifyDomain, type DomainVerdict } from '@refundry/contracts';
import { RpcClient, RpcConnection } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { migrate } from '@refundry/persistence';
import { type Running } from '@refundry/service';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { accountsApp, accountsMigrations } from '../accounts.app.js';
import { administer, type Administration } from '../cli/administration.js';
import type { OrganisationToken } from '../organisation-tokens/organisation-token.entity.js';
import {
  lifetimes,
  maxLiveTokens,
  type IssuedOrganisationToken,
} from '../organisation-tokens/organisation-tokens.service.js';

const rpcEncryptionKey = Buffer.alloc(32, 7).toString('base64');
const secretKey = Buffer.alloc(32, 8).toString('base64');
const encrypter = new Encrypter(secretKey);
const nobody = { found: false };

let nats: NatsServer;
let owner: pg.Client;
let accounts: Running;
let rpc: RpcClient;
let operator: <T>(work: (administration: Administration) => Promise<T>) => Promise<T>;
let number = 0;
/** An account of its own, with a domain and an organisation token. */
let account: string;
let domain: string;
let issued: IssuedOrganisationToken;

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('accounts');
  await migrate(ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  accounts = await accountsApp.serve(
    {
      natsUrl: nats.url(),
      databaseUrl: url,
      operationsHost: '127.0.0.1',
      operationsPort: 0,
      logLevel: 'silent',
      rpcEncryptionKey,
      secretKey,
      keepEndedCredentialsDays: 30,
    },
    createLog('accounts', 'silent'),
  );
  rpc = await RpcClient.open({
    url: nats.url(),
    name: 'gateway',
    limit: 100,
    encrypter: new Encrypter(rpcEncryptionKey),
  });
  operator = (work) => administer({ databaseUrl: url, operator: 'ayşe' }, work);
});

afterAll(async () => {
  await rpc.close();
  await accounts.close();
  await owner.end();
  await nats.stop();
});

beforeEach(async () => {
  number += 1;
  [account, domain] = [`account ${number}`, `shop${number}.example`];
  issued = await operator(async ({ accounts: all, domains }) => {
    await all.create(account);
    await domains.add(account, domain);
    return issue();
  });
});

const issue = (name?: string, scopes = ['reservation:read']): Promise<IssuedOrganisationToken> =>
  operator(({ organisationTokens }) =>
    organisationTokens.create({ account, name, lifetime: '1 day', scopes }, encrypter),
  );
const revoke = (choice: { name?: string; id?: number } = {}): Promise<OrganisationToken> =>
  operator(({ organisationTokens }) => organisationTokens.revoke({ account, ...choice }));
const verify = (name = domain): Promise<DomainVerdict> => rpc.call(verifyDomain, { domain: name }, 'r1');
const secondsLeft = async ({ expires = 0 }: DomainVerdict, lifetime: string): Promise<number> =>
  Number(
    (
      await owner.query<{ seconds: string }>(
        'select extract(epoch from to_timestamp($1::numeric / 1000) - (now() + $2::interval)) as seconds',
        [expires, lifetime],
      )
    ).rows[0]?.seconds,
  );
const rowsWith = async (secret: string): Promise<string[]> =>
  (await owner.query<{ row: string }>('select row::text as row from organisation_token row')).rows
    .map(({ row }) => row)
    .filter((row) => row.includes(secret));

describe('a domain', () => {
  it('speaks for its account, with the characters that are shown once and stored nowhere', async () => {
    expect(issued.characters).toMatch(/^[0-9a-f]{64}$/);
    expect(await verify()).toEqual({
      found: true,
      account: issued.token.account.id,
      is_active: true,
      id: issued.token.id,
      organisation_token: issued.characters,
      scope: 'reservation:read',
      expires: expect.any(Number),
    });
    expect(JSON.stringify(await operator(({ organisationTokens }) => organisationTokens.list(account)))).not.toContain(
      issued.characters,
    );
    expect(await rowsWith(issued.characters)).toEqual([]);
  });

  it('speaks for nobody when it is unknown, removed, or its account is disabled or without a token', async () => {
    expect(await verify('unknown.example')).toEqual(nobody);
    await operator(({ accounts: all }) => all.setActive(account, false));
    expect(await verify()).toEqual(nobody);
    await operator(({ accounts: all }) => all.setActive(account, true));
    expect((await verify()).found).toBe(true);
    await revoke();
    expect(await verify()).toEqual(nobody);
    await issue();
    expect((await verify()).found).toBe(true);
    await operator(({ domains }) => domains.remove(domain));
    expect(await verify()).toEqual(nobody);
  });

  it('is known while it is disabled, and says so', async () => {
    await operator(({ domains }) => domains.setActive(domain, false));
    expect(await verify()).toMatchObject({ found: true, is_active: false });
    await operator(({ domains }) => domains.setActive(domain, true));
    expect(await verify()).toMatchObject({ found: true, is_active: true });
  });

  it("is one account's only, until that removes it", async () => {
    const other = `other ${number}`;
    await operator(({ accounts: all }) => all.create(other));
    const add = (): Promise<unknown> => operator(({ domains }) => domains.add(other, domain));
    await expect(add()).rejects.toMatchObject({ code: 'conflict' });
    await operator(({ domains }) => domains.remove(domain));
    await add();
    expect((await operator(({ domains }) => domains.list(other))).map(({ name }) => name)).toEqual([domain]);
    expect(await verify()).toEqual(nobody);
  });
});

describe('an organisation token', () => {
  it.each(lifetimes)('lasts %s', async (lifetime) => {
    await operator(({ organisationTokens }) =>
      organisationTokens.create({ account, lifetime, scopes: ['reservation:read'] }, encrypter),
    );
    expect(Math.abs(await secondsLeft(await verify(), lifetime))).toBeLessThan(60);
  });

  it('ends with the next one, and is forgotten', async () => {
    const next = await issue();
    expect(next.characters).not.toBe(issued.characters);
    expect(await verify()).toMatchObject({ organisation_token: next.characters });
    expect(
      (await operator(({ organisationTokens }) => organisationTokens.list(account))).map(
        ({ revokedDate }) => revokedDate !== null,
      ),
    ).toEqual([true, false]);
    expect(
      (await owner.query('select sealed_token from organisation_token where id = $1', [issued.token.id])).rows,
    ).toEqual([{ sealed_token: null }]);
  });

  it('is the only one, however many are issued at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => issue()));
    const live = (await operator(({ organisationTokens }) => organisationTokens.list(account))).filter(
      ({ revokedDate }) => revokedDate === null,
    );
    expect(live).toHaveLength(1);
  });

  it('expires', async () => {
    await owner.query('update organisation_token set expires_date = now() where id = $1', [issued.token.id]);
    expect(await verify()).toEqual(nobody);
  });

  it("opens in its account's row only", async () => {
    await owner.query('update organisation_token set sealed_token = $2 where id = $1', [
      issued.token.id,
      encrypter.encrypt('characters', 'organisation-token:0'),
    ]);
    await expect(verify()).rejects.toMatchObject({ code: 'internal' });
  });

  it('can not be revoked where there is none', async () => {
    await revoke();
    await expect(revoke()).rejects.toMatchObject({
      code: 'not_found',
      detail: `${account} has no organisation token.`,
    });
  });
});

describe('several organisation tokens of an account', () => {
  const live = async (): Promise<string[]> =>
    (await operator(({ organisationTokens }) => organisationTokens.list(account)))
      .filter(({ revokedDate }) => revokedDate === null)
      .map(({ name }) => name);

  it('speak for its domains beside each other, each with its own scopes', async () => {
    const office = await issue('office', ['reservation:read', 'reservation:manage']);
    const verdict = await verify();
    expect(verdict).toMatchObject({ organisation_token: issued.characters, scope: 'reservation:read' });
    expect(verdict.further_tokens).toEqual([
      {
        id: office.token.id,
        organisation_token: office.characters,
        scope: 'reservation:read reservation:manage',
        expires: expect.any(Number),
      },
    ]);
    expect(await rowsWith(office.characters)).toEqual([]);
  });

  it('each end with the next one of their own name only, in whatever order they were issued', async () => {
    const office = await issue('office');
    const next = await issue();
    expect(await verify()).toMatchObject({
      organisation_token: next.characters,
      further_tokens: [{ organisation_token: office.characters }],
    });
    const nextOffice = await issue('office');
    expect(await verify()).toMatchObject({
      organisation_token: next.characters,
      further_tokens: [{ organisation_token: nextOffice.characters }],
    });
    expect(await live()).toEqual(['default', 'office']);
  });

  it('are revoked by name or id, and without either only where there is no other', async () => {
    const [office, till] = [await issue('office'), await issue('till')];
    await expect(revoke()).rejects.toMatchObject({
      code: 'conflict',
      detail: `${account} has several organisation tokens: default, office, till. Name one of them.`,
    });
    await expect(revoke({ name: 'nobody' })).rejects.toMatchObject({
      code: 'not_found',
      detail: `${account} has no such organisation token; it has default, office, till.`,
    });
    await expect(revoke({ name: 'till', id: office.token.id })).rejects.toMatchObject({ code: 'not_found' });
    expect((await revoke({ id: till.token.id })).revokedDate).not.toBeNull();
    await revoke({ name: 'default' });
    expect(await verify()).toMatchObject({ organisation_token: office.characters });
    expect((await verify()).further_tokens).toBeUndefined();
    expect((await revoke()).id).toBe(office.token.id);
    expect(await verify()).toEqual(nobody);
  });

  it('sign by the one without a name of its own where none is named', async () => {
    const sign = (name?: string): Promise<string> =>
      operator(({ organisationTokens }) => organisationTokens.charactersOf({ account, name }, encrypter));
    const [office, till] = [await issue('office'), await issue('till')];
    expect([await sign(), await sign('office')]).toEqual([issued.characters, office.characters]);
    await revoke({ name: 'default' });
    await expect(sign()).rejects.toMatchObject({
      code: 'conflict',
      detail: `${account} has several organisation tokens: office, till. Name one of them.`,
    });
    await revoke({ name: 'office' });
    expect(await sign()).toBe(till.characters);
  });

  it('are not revoked for another account by their id', async () => {
    const other = await operator(({ accounts: all }) => all.create(`neighbour ${number}`));
    await expect(
      operator(({ organisationTokens }) => organisationTokens.revoke({ account: other.name, id: issued.token.id })),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect((await verify()).found).toBe(true);
  });

  it('are so many at most, however many are issued at once; those that have ended leave room', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: maxLiveTokens + 2 }, (_, index) => issue(`till ${index}`)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxLiveTokens - 1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'conflict',
        detail: `${account} has 10 organisation tokens, the most there can be. Revoke one first.`,
      },
    });
    expect((await verify()).further_tokens).toHaveLength(maxLiveTokens - 1);
    await issue();
    await owner.query(
      `update organisation_token set expires_date = now()
        where id = (select id from organisation_token where account_id = $1 and revoked_date is null
          and name <> 'default' limit 1)`,
      [issued.token.account.id],
    );
    await issue('office');
  });
});

describe('messages', () => {
  it('can not be read on NATS', async () => {
    const listener = await RpcConnection.open(nats.url(), 'listener');
    const heard: Uint8Array[] = [];
    listener.nats.subscribe('>', {
      callback: (_error, { subject, data }) => {
        heard.push(Buffer.from(subject), data);
      },
    });
    await listener.nats.flush();
    await verify();
    await listener.nats.flush();
    await listener.close();
    const seen = Buffer.concat(heard).toString('latin1');
    expect(seen).toContain('accounts.domains.verify');
    for (const secret of [issued.characters, domain, Buffer.from(issued.characters).toString('base64').slice(0, 40)])
      expect(seen).not.toContain(secret);
  });
});
