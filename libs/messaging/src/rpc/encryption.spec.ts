import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Controller, Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Encrypter } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import { resource, StringField, type ActionRequest } from '@refundry/resource';
import { NatsServer } from '@refundry/testing';
import { FailureFilter, Handles, RpcClient, RpcServer } from '../index.js';

Logger.overrideLogger(false);

class Login {
  @StringField({ label: 'Password', maxLength: 2_000_000 }) password!: string;
}
class Token {
  @StringField({ label: 'Token', maxLength: 2_000_000 }) token!: string;
}

const logins = resource({ family: 'oauth', path: '', of: Token });
const logIn = logins.action('token', {
  isPublic: true,
  isEncrypted: true,
  methods: ['POST'],
  input: Login,
  output: Token,
});
const register = logins.action('register', {
  isPublic: true,
  isEncrypted: true,
  methods: ['POST'],
  input: Login,
  output: Token,
});

@Controller()
class LoginsController {
  private readonly name = 'token';

  @Handles(logIn)
  logIn({ input, client }: ActionRequest<Login>): Token {
    if (input.password === 'wrong') throw new Failure('invalid_grant', 'no');
    return { token: `${this.name} for ${input.password} of ${client?.secret}` };
  }

  @Handles(register)
  register({ input }: ActionRequest<Login>): Token {
    return { token: input.password };
  }
}

@Module({ controllers: [LoginsController] })
class LoginsModule {}

const encrypter = new Encrypter(Buffer.alloc(32, 1).toString('base64'));
const seen: string[] = [];
let nats: NatsServer;
let listener: NatsConnection;
let app: INestMicroservice;
let client: RpcClient;

beforeAll(async () => {
  nats = await NatsServer.start();
  listener = await connect({ servers: nats.url() });
  listener.subscribe('>', {
    callback: (_error, message) => {
      seen.push(Buffer.from(message.data).toString('latin1'));
    },
  });
  app = await NestFactory.createMicroservice<MicroserviceOptions>(LoginsModule, {
    strategy: new RpcServer({
      url: nats.url(),
      name: 'accounts',
      limit: 10,
      graceMs: 100,
      observe: () => undefined,
      encrypter,
    }),
    logger: false,
  });
  app.useGlobalFilters(new FailureFilter());
  await app.listen();
  client = await open(encrypter);
});

afterAll(async () => {
  await client.close();
  await app.close();
  await listener.close();
  await nats.stop();
});

const open = (key?: Encrypter): Promise<RpcClient> =>
  RpcClient.open({ url: nats.url(), name: 'gateway', limit: 10, encrypter: key });
const ask = async (password: string, caller = client, subject = logIn.subject): Promise<Token> => {
  const head = {
    requestId: 'r1',
    deadline: Date.now() + 10_000,
    contentType: 'application/json',
    client: { id: 'erp', secret: 'the-client-secret' },
  };
  return JSON.parse(
    Buffer.from(await caller.requestEncrypted(subject, head, Buffer.from(JSON.stringify({ password })))).toString(),
  ) as Token;
};

describe('encrypted requests', () => {
  it('arrives, and nobody on NATS reads any of it', async () => {
    expect(await ask('hunter2')).toEqual({ token: 'token for hunter2 of the-client-secret' });
    await listener.flush();
    expect(seen.length).toBeGreaterThan(1);
    for (const secret of ['hunter2', 'the-client-secret', 'token for']) expect(seen.join()).not.toContain(secret);
  });

  it('may be larger than a message', async () => {
    const long = 'x'.repeat(1_500_000);
    expect((await ask(long, client, register.subject)).token).toBe(long);
  });

  it('is refused as anything is', async () => {
    await expect(ask('wrong')).rejects.toMatchObject({ code: 'invalid_grant', detail: 'no' });
    await expect(ask('')).rejects.toMatchObject({
      code: 'invalid',
      fields: { password: ['This field may not be blank.'] },
    });
  });

  it('is not taken from who has another key, or from another subject, or unencrypted', async () => {
    const stranger = await open(new Encrypter(Buffer.alloc(32, 2).toString('base64')));
    await expect(ask('hunter2', stranger)).rejects.toMatchObject({ code: 'internal' });
    await stranger.close();
    const head = { requestId: 'r1', deadline: Date.now() + 10_000 };
    await expect(
      client.request(logIn.subject, head, encrypter.encryptBytes(Buffer.from('{}'), `request ${register.subject}`)),
    ).rejects.toMatchObject({ code: 'internal' });
    await expect(
      client.request(
        logIn.subject,
        { ...head, contentType: 'application/json' },
        Buffer.from('{"password":"hunter2"}'),
      ),
    ).rejects.toMatchObject({ code: 'internal' });
  });

  it('is asked by nobody without a key', async () => {
    const keyless = await open();
    await expect(ask('hunter2', keyless)).rejects.toThrow('there is no key');
    await keyless.close();
  });
});
