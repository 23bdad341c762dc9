import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsServer } from '@refundry/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { services } from '../../tools/src/topology.js';
import { newNatsUsers } from '../system/nats-users.js';

const storeDir = mkdtempSync(join(tmpdir(), 'refundry-jetstream-'));
const names = services.map(({ name }) => name);
let nats: NatsServer;
const connections: NatsConnection[] = [];

beforeAll(async () => {
  nats = await NatsServer.start({ users: newNatsUsers(), storeDir });
});

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await nats.stop();
  rmSync(storeDir, { recursive: true });
});

/** A stranger's own client, with the password of one of our users. */
async function clientOf(user: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(nats.url(user));
  const connection = await connect({
    servers: host,
    user: username,
    pass: decodeURIComponent(password),
    inboxPrefix: `_INBOX_${user}`,
  });
  connections.push(connection);
  return connection;
}

/** The response of NATS to a subscription; undefined when it lets it be. */
async function readingRefused(user: string, subject: string): Promise<string | undefined> {
  const connection = await clientOf(user);
  const refused = Promise.withResolvers<string>();
  connection.subscribe(subject, {
    callback: (error) => {
      if (error) refused.resolve(error.message);
    },
  });
  await connection.flush();
  return Promise.race([refused.promise, connection.flush().then(() => undefined)]);
}

/**
 * The messages that a subscriber to everything receives when a user publishes; undefined when NATS lets it pass
 * nowhere.
 */
async function heardOf(user: string, subject: string): Promise<string | undefined> {
  const [listener, forger] = await Promise.all([clientOf('recorder'), clientOf(user)]);
  const heard: string[] = [];
  listener.subscribe('>', {
    callback: (_error, message) => {
      heard.push(message.subject);
    },
  });
  await listener.flush();
  forger.publish(subject, '{}');
  await forger.flush();
  await listener.flush();
  return heard.find((found) => found === subject);
}

describe.each(names)('a user with the password of %s', (user) => {
  const others = names.filter((name) => name !== user);

  it('hears what is asked of that service', async () => {
    expect(await readingRefused(user, `${user}.>`)).toBeUndefined();
    expect(await heardOf('gateway', `${user}.anything`)).toBe(`${user}.anything`);
  });

  it.each([
    ...others.flatMap((other) => [
      `${other}.>`,
      `${other}.*.*`,
      `events.${other}.>`,
      `jobs.${other}.>`,
      `_INBOX_${other}.>`,
    ]),
    '_INBOX_gateway.>',
    '_INBOX_operator.>',
    '>',
    '*.>',
    '$JS.API.>',
  ])('can not read %s', async (subject) => {
    expect(await readingRefused(user, subject)).toMatch(/permissions violation for subscription/i);
  });

  it.each([
    ...others.flatMap((other) => [
      `${other}.anything`,
      `events.${other}.anything`,
      `jobs.${other}.wake`,
      `$JS.API.CONSUMER.CREATE.events_${other}.x`,
      `$JS.API.STREAM.DELETE.events_${other}`,
      `$JS.API.STREAM.UPDATE.events_${other}`,
      `_INBOX_${other}.x`,
    ]),
    `${user}.anything`,
  ])('can not forge %s', async (subject) => {
    expect(await heardOf(user, subject)).toBeUndefined();
  });
});
