import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { PortTaken } from '../processes/ports.js';
import { NatsServer } from './nats-server.js';

const gateway = {
  user: 'gateway',
  password: 'g@te/way',
  publish: ['oms.>'],
  publishNever: ['oms.sync.>'],
  subscribe: ['_INBOX_gateway.>'],
};
const listener = { user: 'listener', password: 'listener', publish: [], subscribe: ['oms.>'] };

describe('a NATS server of our own', () => {
  const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start({ storeDir, users: [gateway, listener] });
  });

  afterAll(async () => {
    await server.stop();
    rmSync(storeDir, { recursive: true });
  });

  it('lets each user publish and subscribe where it may', async () => {
    const [from, to] = [await as('gateway'), await as('listener')];
    const received = firstMessage(to, 'oms.reasons');
    await to.flush();
    from.publish('oms.reasons', 'hello');
    await expect(received).resolves.toBe('hello');
    await Promise.all([from.close(), to.close()]);
  });

  it('refuses subscriptions elsewhere', async () => {
    const connection = await as('listener');
    await expect(firstMessage(connection, 'accounts.>')).rejects.toThrow(/permissions violation/i);
    await connection.close();
  });

  it('keeps a user from what was taken out', async () => {
    const connection = await as('gateway');
    const complaint = firstError(connection);
    connection.publish('oms.sync.start', 'hello');
    await expect(complaint).resolves.toMatch(/permissions violation.*oms\.sync\.start/i);
    await connection.close();
  });

  it('lets a user without allowed subjects publish nothing', async () => {
    const connection = await as('listener');
    const complaint = firstError(connection);
    connection.publish('oms.reasons', 'hello');
    await expect(complaint).resolves.toMatch(/permissions violation/i);
    await connection.close();
  });

  it('lets nobody in without credentials', async () => {
    await expect(connect({ servers: server.url(), reconnect: false })).rejects.toThrow(/authorization/i);
  });

  it('keeps its passwords from other accounts of the machine', () => {
    expect(statSync(join(storeDir, 'nats.conf')).mode & 0o077).toBe(0);
  });

  it('comes back on the same port after a stop and after a crash', async () => {
    for (const end of ['stop', 'kill'] as const) {
      await server[end]();
      server = await NatsServer.start({ storeDir, port: server.port, users: [gateway, listener] });
      await (await as('gateway')).close();
    }
  });

  it('answers again after it was suspended', async () => {
    const connection = await as('gateway');
    server.suspend();
    const answer = connection.flush();
    server.resume();
    await answer;
    await connection.close();
  });

  it('says which port is taken', async () => {
    await expect(NatsServer.start({ port: server.port })).rejects.toThrow(PortTaken);
  });

  function as(user: string): Promise<NatsConnection> {
    const { host, username, password } = new URL(server.url(user));
    return connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  }
});

async function firstMessage(connection: NatsConnection, subject: string): Promise<string> {
  for await (const message of connection.subscribe(subject)) return message.string();
  throw new Error('the subscription ended');
}

async function firstError(connection: NatsConnection): Promise<string> {
  for await (const status of connection.status()) if (status.type === 'error') return status.error.message;
  throw new Error('the connection ended');
}
