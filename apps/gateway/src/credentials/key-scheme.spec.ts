import 'reflect-metadata';
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashApiKey } from '@refundry/auth';
import { verifyCredential, type CredentialFamily, type PresentedCredential } from '@refundry/contracts';
import { Reply, RpcClient, RpcServer, type Frame } from '@refundry/messaging';
import { NatsServer } from '@refundry/testing';
import { CredentialCaches } from './credential-caches.js';
import { KeyScheme } from './key-scheme.js';

let nats: NatsServer;
let accounts: RpcServer;
let rpc: RpcClient;
let credentials: CredentialCaches;
const asked: PresentedCredential[] = [];

/** Accounts that know one key of each family. */
function verdict({ body }: Frame): Reply {
  const credential = JSON.parse(Buffer.from(body).toString()) as PresentedCredential;
  asked.push(credential);
  const found = credential.hash === hashApiKey(`the ${credential.family} key`);
  return Reply.json(
    JSON.stringify(
      found ? { found, account: 7, is_active: true, scope: `${credential.family}:read`, expires: null } : { found },
    ),
  );
}

beforeAll(async () => {
  nats = await NatsServer.start();
  accounts = new RpcServer({ url: nats.url(), name: 'accounts', limit: 100, graceMs: 100, observe: () => undefined });
  accounts.addHandler(verifyCredential.subject, (frame: Frame) => Promise.resolve(verdict(frame)));
  await new Promise<void>((resolve) => {
    void accounts.listen(() => {
      resolve();
    });
  });
  rpc = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
  credentials = new CredentialCaches(rpc);
});

afterAll(async () => {
  await rpc.close();
  await accounts.close();
  await nats.stop();
});

const schemeOf = (family: CredentialFamily): KeyScheme =>
  new KeyScheme({
    family,
    keyOf: ({ authorization = '' }: IncomingHttpHeaders) => authorization,
    unknownKey: `${family} knows no such key`,
    inactiveAccount: '',
  });
const callerOf = async (family: CredentialFamily, authorization: string): Promise<object> =>
  (await schemeOf(family).identify({ authorization }, credentials, () => undefined)).caller;

describe('a key', () => {
  it('stands for somebody in its own family only, also once it is known there', async () => {
    for (let round = 0; round < 2; round++) {
      for (const [own, other] of [
        ['oms', 'retail'],
        ['retail', 'oms'],
      ] as const) {
        expect(await callerOf(own, `the ${own} key`)).toEqual({ account: 7, scopes: [`${own}:read`] });
        await expect(callerOf(other, `the ${own} key`)).rejects.toMatchObject({
          code: 'not_authenticated',
          detail: `${other} knows no such key`,
        });
      }
    }
  });

  it('is asked for once by all that bring it at once, in each family', async () => {
    asked.length = 0;
    const families = ['oms', 'retail'] as const;
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, request) => callerOf(families[request % 2]!, 'brought at once')),
    );
    expect(asked.map(({ family }) => family).toSorted()).toEqual(['oms', 'retail']);
  });
});
