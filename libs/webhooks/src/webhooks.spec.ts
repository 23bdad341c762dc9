import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, waitUntil } from '@refundry/testing';
import { Webhook } from 'standardwebhooks';
import { Receiver } from './testing/receiver.js';
import { newKey, removed, saved, WebhookBench, type Replica, type StoredDelivery } from './testing/webhook-bench.js';

let bench: WebhookBench;
let receiver: Receiver;

beforeAll(async () => {
  bench = await WebhookBench.start(await testDatabase('supplier-refund'));
});

beforeEach(async () => {
  receiver = await Receiver.start();
});

afterEach(async () => {
  receiver.stop();
  await bench.clear();
});

afterAll(() => bench.stop());

const register = (
  { webhooks }: Replica,
  path: string,
  { account = 1, types = [saved.type], url = receiver.url(path) } = {},
): Promise<{ id: string; secret: string }> => webhooks.create({ account }, { url, event_types: types });

const all =
  (...statuses: string[]) =>
  (deliveries: readonly StoredDelivery[]): boolean =>
    deliveries.length === statuses.length && deliveries.every(({ status }, index) => status === statuses[index]);

const hasAttempts =
  (count: number) =>
  (deliveries: readonly StoredDelivery[]): boolean =>
    deliveries.length > 0 && deliveries.every(({ attempts }) => attempts.length === count);

describe('an event', () => {
  it('is sent, signed, to each endpoint that wants its type, under its own id', async () => {
    const replica = bench.running();
    const one = await register(replica, '/one');
    const family = await register(replica, '/family', { types: ['document.*'] });
    await register(replica, '/other', { types: [removed.type] });
    await bench.publish(7);
    await bench.until(all('delivered', 'delivered'));
    const { rows } = await bench.owner.query<{ event_id: string }>('select event_id from event');
    for (const [path, { secret }] of [
      ['/one', one],
      ['/family', family],
    ] as const) {
      const [message] = receiver.of(path);
      const verified = new Webhook(secret).verify(message?.body ?? '', message?.headers as Record<string, string>);
      expect(verified).toEqual({ type: saved.type, timestamp: expect.any(String) as unknown, data: { n: 7 } });
      expect(message?.headers['webhook-id']).toBe(rows[0]?.event_id);
    }
    expect(receiver.of('/other')).toEqual([]);
  });

  it('is on its way as soon as it is logged, though the worker has not begun yet', async () => {
    const replica = bench.replica();
    await register(replica, '/one');
    replica.logger.onApplicationBootstrap();
    await bench.publish(1);
    await bench.until(all('pending'));
    replica.worker.onApplicationBootstrap();
    await bench.until(all('delivered'));
  });

  it('reaches no endpoint of another account', async () => {
    const replica = bench.running();
    await register(replica, '/one');
    await register(replica, '/two', { account: 2 });
    await bench.publish(1, { account: 2 });
    await bench.until(all('delivered'));
    expect(receiver.received.map(({ path }) => path)).toEqual(['/two']);
  });

  it('is sent in CloudEvents’ form to who wants that', async () => {
    const replica = bench.running();
    await replica.webhooks.create(
      { account: 1 },
      {
        url: receiver.url('/cloud'),
        event_types: [saved.type],
        format: 'cloudevents',
      },
    );
    await bench.publish(1);
    await bench.until(all('delivered'));
    const [message] = receiver.of('/cloud');
    expect(message?.headers['content-type']).toBe('application/cloudevents+json');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      specversion: '1.0',
      id: message?.headers['webhook-id'],
      type: saved.type,
      data: { n: 1 },
    });
  });

  it('is signed with both secrets after a rotation, and with the new one alone where none overlaps', async () => {
    const replica = bench.running();
    const { id, secret: former } = await register(replica, '/one');
    const { secret } = await replica.webhooks.rotateSecret({ account: 1 }, id);
    await bench.publish(1);
    await bench.until(all('delivered'));
    const [message] = receiver.of('/one');
    expect(String(message?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const known of [former, secret])
      expect(() => new Webhook(known).verify(message?.body ?? '', message?.headers as never)).not.toThrow();
    const { secret: last } = await replica.webhooks.rotateSecret({ account: 1 }, id, 0);
    await bench.publish(2);
    await bench.until(all('delivered', 'delivered'));
    const second = receiver.of('/one')[1];
    expect(() => new Webhook(last).verify(second?.body ?? '', second?.headers as never)).not.toThrow();
    expect(() => new Webhook(secret).verify(second?.body ?? '', second?.headers as never)).toThrow('No matching');
  });
});

const breakOff = (response: ServerResponse): void => {
  response.destroy();
};

const drip = (response: ServerResponse): void => {
  response.writeHead(200);
  const drops = setInterval(() => response.write('.'), 50);
  response.on('close', () => {
    clearInterval(drops);
  });
};

describe('a delivery that fails', () => {
  it('is repeated under the same id, and delivered when the receiver has recovered', async () => {
    let isBroken = true;
    receiver.at('/one', (response) => {
      response.writeHead(isBroken ? 500 : 200).end('out of order');
      isBroken = false;
    });
    const replica = bench.running();
    await register(replica, '/one');
    await bench.publish(1);
    const [retrying] = await bench.until(all('retrying'));
    expect(retrying?.attempts).toEqual([{ status_code: 500, error: null, answer: 'out of order' }]);
    expect(retrying?.seconds).toBeGreaterThan(3);
    expect(retrying?.seconds).toBeLessThan(6);
    await bench.skipPauses();
    const [delivered] = await bench.until(all('delivered'));
    expect(delivered?.attempt_count).toBe(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('ends after ten attempts', async () => {
    receiver.at('/one', (response) => response.writeHead(500).end());
    const replica = bench.running();
    await register(replica, '/one');
    await bench.publish(1);
    for (let attempt = 1; attempt < 10; attempt++) {
      await bench.until(hasAttempts(attempt));
      await bench.skipPauses();
      replica.worker.wake();
    }
    const [failed] = await bench.until(all('failed'));
    expect([failed?.attempt_count, failed?.attempts.length, failed?.seconds]).toEqual([10, 10, null]);
  });

  it.each([
    ['breaks the connection', breakOff, 'The connection failed (UND_ERR_SOCKET).'],
    ['answers byte by byte', drip, 'The answer was not complete in time.'],
  ])('because a receiver %s says so', async (_, behaviour, error) => {
    receiver.at('/one', behaviour);
    const replica = bench.running();
    await register(replica, '/one');
    await bench.publish(1);
    const [delivery] = await bench.until(all('retrying'));
    expect(delivery?.attempts[0]?.error).toBe(error);
  });

  it('is not sent where a redirect leads', async () => {
    receiver.at('/one', (response) => response.writeHead(302, { location: receiver.url('/internal') }).end());
    const replica = bench.running();
    await register(replica, '/one');
    await bench.publish(1);
    const [delivery] = await bench.until(all('retrying'));
    expect(delivery?.attempts[0]?.status_code).toBe(302);
    expect(receiver.of('/internal')).toEqual([]);
  });

  it('never reaches a private address that its name has come to lead to', async () => {
    const resolved: string[] = [];
    const replica = bench.running({
      allowsPrivateAddresses: false,
      lookup: (_name, _options, callback) => {
        resolved.push('127.0.0.1');
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    await register(replica, '/one', { url: `http://hooks.example.com:${receiver.port}/one` });
    await bench.publish(1);
    const [delivery] = await bench.until(all('retrying'));
    expect(delivery?.attempts[0]?.error).toBe('The URL leads to a private address.');
    expect([resolved.length, receiver.connections]).toEqual([1, 0]);
  });

  it('waits for as long as the receiver asks, where that is longer than the schedule, and a day at most', async () => {
    receiver.at('/hour', (response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    receiver.at('/month', (response) => response.writeHead(503, { 'retry-after': '2592000' }).end());
    receiver.at('/now', (response) => response.writeHead(503, { 'retry-after': '0' }).end());
    receiver.at('/unheard', (response) => response.writeHead(500, { 'retry-after': '3600' }).end());
    const replica = bench.running();
    for (const path of ['/hour', '/month', '/now', '/unheard']) await register(replica, path);
    await bench.publish(1);
    const deliveries = await bench.until(all('retrying', 'retrying', 'retrying', 'retrying'));
    const near = deliveries.map(({ seconds }) => [3600, 86_400, 5].find((s) => Math.abs(s - (seconds ?? 0)) < s / 2));
    expect(near).toEqual([3600, 86_400, 5, 5]);
  });
});

describe('an endless answer', () => {
  it('is cut, of which a KiB is kept, and is a success by its status', async () => {
    receiver.at('/one', (response) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const fill = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', fill);
      fill();
    });
    const replica = bench.running();
    await register(replica, '/one');
    await bench.publish(1);
    const [delivery] = await bench.until(all('delivered'));
    expect(delivery?.attempts[0]?.answer).toBe('x'.repeat(1024));
  });
});

describe('an endpoint', () => {
  it('that answers 410 is disabled at once, what waits for it is discarded, and an event says so', async () => {
    receiver.at('/one', (response) => response.writeHead(410).end());
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await register(replica, '/watch', { types: ['webhook.disabled'] });
    await bench.publish(1);
    await bench.until(([gone]) => gone?.status === 'discarded' || gone?.status === 'retrying');
    await bench.until((deliveries) =>
      deliveries.some(({ webhook_id, status }) => webhook_id !== id && status === 'delivered'),
    );
    const { rows } = await bench.owner.query('select is_active, disabled_reason from webhook where id = $1', [id]);
    expect(rows).toEqual([{ is_active: false, disabled_reason: 'The receiver answered 410.' }]);
    expect((await bench.deliveries(id)).map(({ status }) => status)).toEqual(['discarded']);
    expect(JSON.parse(receiver.of('/watch')[0]?.body ?? '')).toMatchObject({ data: { webhook: Number(id) } });
  });

  it.each([
    ['5 days 1 minute', 1, false],
    ['4 days', 0, true],
    ['5 days 1 minute', 0, true],
  ])('that has failed for %s with %i other attempts today is still active: %s', async (age, others, isActive) => {
    receiver.at('/one', (response) => response.writeHead(500).end());
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await bench.owner.query(`update webhook set failing_since = clock_timestamp() - $1::interval where id = $2`, [
      age,
      id,
    ]);
    for (let n = 0; n < others; n++)
      await bench.owner.query(
        `insert into webhook_attempt (account_id, delivery_id, webhook_id, started_date, duration_ms, answer)
          values (1, 0, $1, clock_timestamp() - interval '23 hours', 1, '')`,
        [id],
      );
    await bench.publish(1);
    await bench.until(hasAttempts(1));
    const { rows } = await bench.owner.query('select is_active from webhook where id = $1', [id]);
    expect(rows).toEqual([{ is_active: isActive }]);
  });

  it.each([
    [2, '2 days 1 minute', false, 'All attempts of 2 days have failed.'],
    [1, '25 hours', false, 'All attempts of a day have failed.'],
    [7, '6 days', true, null],
  ])('of an account that has set %i days, and has failed for %s, is still active: %s', async (...row) => {
    const [days, age, isActive, reason] = row;
    receiver.at('/one', (response) => response.writeHead(500).end());
    const replica = bench.running();
    await bench.owner.query('insert into account_settings (account_id, chosen) values (1, $1)', [
      { webhook_failing_days: days },
    ]);
    const { id } = await register(replica, '/one');
    await bench.owner.query(`update webhook set failing_since = clock_timestamp() - $1::interval where id = $2`, [
      age,
      id,
    ]);
    await bench.owner.query(
      `insert into webhook_attempt (account_id, delivery_id, webhook_id, started_date, duration_ms, answer)
        values (1, 0, $1, clock_timestamp() - interval '23 hours', 1, '')`,
      [id],
    );
    await bench.publish(1);
    await bench.until(hasAttempts(1));
    const { rows } = await bench.owner.query('select is_active, disabled_reason from webhook where id = $1', [id]);
    expect(rows).toEqual([{ is_active: isActive, disabled_reason: reason }]);
  });

  it('that hangs delays no other, and has ten attempts at once at most', async () => {
    let [open, most] = [0, 0];
    receiver.at('/hangs', (response) => {
      open += 1;
      most = Math.max(most, open);
      response.on('close', () => {
        open -= 1;
      });
    });
    const replica = bench.running({ timeoutMs: 60_000 });
    await register(replica, '/hangs');
    const { id } = await register(replica, '/works');
    for (let n = 1; n <= 30; n++) await bench.publish(n);
    await bench.until(
      (deliveries) => deliveries.length === 30 && deliveries.every(({ status }) => status === 'delivered'),
      id,
    );
    expect([open, most]).toEqual([10, 10]);
  });

  it('that is removed or disabled gets nothing more, and what waits is discarded', async () => {
    receiver.at('/one', (response) => response.writeHead(500).end());
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    const { id: other } = await register(replica, '/one');
    await bench.publish(1);
    await bench.until(all('retrying', 'retrying'));
    await replica.webhooks.update({ account: 1 }, id, { is_active: false });
    await replica.webhooks.remove({ account: 1 }, other);
    expect((await bench.deliveries()).map(({ status }) => status)).toEqual(['discarded', 'discarded']);
    await bench.publish(2);
    await waitUntil(async () => (await bench.owner.query('select from event')).rowCount === 2);
    const { id: last } = await register(replica, '/last');
    await bench.publish(3);
    await bench.until(all('delivered'), last);
    expect(await bench.deliveries(id)).toHaveLength(1);
  });
});

describe('two workers on one table', () => {
  it('never make attempts at one delivery at the same time, and lose none', async () => {
    const open = new Map<string, number>();
    let overlaps = 0;
    receiver.at('/one', (response, { headers }) => {
      const id = String(headers['webhook-id']);
      open.set(id, (open.get(id) ?? 0) + 1);
      if ((open.get(id) ?? 0) > 1) overlaps += 1;
      setTimeout(() => {
        open.set(id, (open.get(id) ?? 0) - 1);
        response.writeHead(200).end();
      }, 20);
    });
    const replica = bench.running();
    bench.replica().worker.onApplicationBootstrap();
    await register(replica, '/one');
    for (let n = 1; n <= 60; n++) await bench.publish(n);
    const deliveries = await bench.until(
      (some) => some.length === 60 && some.every(({ status }) => status === 'delivered'),
    );
    expect(overlaps).toBe(0);
    expect(deliveries.every(({ attempts }) => attempts.length === 1)).toBe(true);
    expect(receiver.received).toHaveLength(60);
  });

  it('record nothing for the one whose lease the other has taken', async () => {
    const replica = bench.replica();
    const running = bench.running();
    await running.worker.beforeApplicationShutdown();
    await register(replica, '/one');
    await bench.publish(1);
    await bench.until((some) => some.length === 1);
    const [late] = await replica.claims.claim(1, 5);
    expect(await replica.claims.claim(1, 5)).toEqual([]);
    await bench.owner.query(`update webhook_delivery set lease_until = clock_timestamp() - interval '1 s'`);
    const [current] = await replica.claims.claim(1, 5);
    if (!late || !current) throw new Error('nothing was claimed');
    const outcome = { isDelivered: true, statusCode: 200, error: null, answer: '', retryAfterMs: 0, durationMs: 1 };
    await replica.outcomes.record(late, outcome);
    expect((await bench.deliveries())[0]).toMatchObject({ status: 'pending', attempts: [] });
    await replica.outcomes.record(current, outcome);
    expect((await bench.deliveries())[0]).toMatchObject({ status: 'delivered', attempt_count: 2 });
  });
});

describe('a worker that stops', () => {
  it('gives back what it was sending, and another sends it under the same id', async () => {
    let isHanging = true;
    receiver.at('/one', (response) => {
      if (!isHanging) response.writeHead(200).end();
    });
    const replica = bench.running({ timeoutMs: 60_000 });
    await register(replica, '/one');
    await bench.publish(1);
    await waitUntil(() => receiver.received.length > 0);
    await bench.stopReplicas();
    expect((await bench.deliveries())[0]).toMatchObject({ status: 'pending', attempt_count: 0 });
    isHanging = false;
    bench.running();
    await bench.until(all('delivered'));
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('a resend and a replay', () => {
  it('send again under the same id; a replay brings what happened while the endpoint was disabled', async () => {
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await bench.publish(1);
    const [delivery] = await bench.until(all('delivered'));
    await replica.replays.resend({ account: 1 }, id, delivery?.id ?? '');
    await bench.until(([again]) => again?.attempts.length === 2);
    await replica.webhooks.update({ account: 1 }, id, { is_active: false });
    await bench.publish(2);
    await waitUntil(async () => (await bench.owner.query('select from event')).rowCount === 2);
    await expect(
      replica.replays.replay({ account: 1 }, id, { since: '2000-01-01', only: 'all' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    await replica.webhooks.update({ account: 1 }, id, { is_active: true });
    expect(await replica.replays.replay({ account: 1 }, id, { since: '2000-01-01', only: 'failed' })).toBe(0);
    expect(
      await replica.replays.replay({ account: 1 }, id, { since: '2000-01-01', only: 'all', types: [removed.type] }),
    ).toBe(0);
    expect(await replica.replays.replay({ account: 1 }, id, { since: '2000-01-01', only: 'all' })).toBe(2);
    await bench.until(([one, two]) => one?.attempts.length === 3 && two?.attempts.length === 1);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([4, 2]);
  });

  it('of failed deliveries sends those alone', async () => {
    receiver.at('/one', (response, { body }) => response.writeHead(body.includes('"n":1') ? 410 : 204).end());
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await bench.publish(1);
    await bench.until(all('discarded'));
    receiver.at('/one', (response) => response.writeHead(204).end());
    await replica.webhooks.update({ account: 1 }, id, { is_active: true });
    await bench.publish(2);
    await bench.until(all('discarded', 'delivered'));
    expect(await replica.replays.replay({ account: 1 }, id, { since: '2000-01-01', only: 'failed' })).toBe(1);
    await bench.until(all('delivered', 'delivered'));
  });
});

describe('another account', () => {
  it('can do nothing with an endpoint or its deliveries', async () => {
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await bench.publish(1);
    const [delivery] = await bench.until(all('delivered'));
    const refused = { code: 'not_found' };
    await expect(replica.webhooks.update({ account: 2 }, id, { description: 'mine' })).rejects.toMatchObject(refused);
    await expect(replica.webhooks.remove({ account: 2 }, id)).rejects.toMatchObject(refused);
    await expect(replica.webhooks.rotateSecret({ account: 2 }, id)).rejects.toMatchObject(refused);
    await expect(replica.pings.ping(2, id)).rejects.toMatchObject(refused);
    await expect(replica.replays.resend({ account: 2 }, id, delivery?.id ?? '')).rejects.toMatchObject(refused);
    await expect(
      replica.replays.replay({ account: 2 }, id, { since: '2000-01-01', only: 'all' }),
    ).rejects.toMatchObject(refused);
    expect(await replica.claims.claim(2, 5)).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('the purge', () => {
  it('deletes deliveries 30 days after their end with their attempts, and discards those of no endpoint', async () => {
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    for (let n = 1; n <= 3; n++) await bench.publish(n);
    const [, , third] = await bench.until(all('delivered', 'delivered', 'delivered'));
    await bench.stopReplicas();
    await bench.owner.query(
      `update webhook_delivery set ended_date = clock_timestamp() - interval '30 days 1 minute' where id = $1`,
      [third?.id],
    );
    await bench.owner.query(
      `update webhook_delivery set status = 'pending', ended_date = null, next_attempt_date = clock_timestamp(),
        webhook_id = webhook_id + 1 where id = (select min(id) from webhook_delivery)`,
    );
    bench.replica().purge.onApplicationBootstrap();
    await bench.until(all('discarded', 'delivered'));
    expect((await bench.owner.query('select from webhook_attempt where delivery_id = $1', [third?.id])).rowCount).toBe(
      0,
    );
    expect(id).toMatch(/^\d+$/);
  });
});

describe('a secret', () => {
  it('is sealed with the key that comes first, after which the one behind it is not needed', async () => {
    const [former, next] = [bench.secretKey, newKey()];
    const { id, secret } = await register(bench.replica(), '/one');
    const sealedSecret = async (): Promise<unknown> =>
      (await bench.owner.query<{ sealed_secret: string }>('select sealed_secret from webhook')).rows[0]?.sealed_secret;
    const before = await sealedSecret();
    bench.secretKey = `${next},${former}`;
    bench.replica().resealing.onApplicationBootstrap();
    await waitUntil(async () => (await sealedSecret()) !== before);
    await bench.stopReplicas();
    bench.secretKey = next;
    expect(await bench.replica().pings.ping(1, id)).toMatchObject({ isDelivered: true });
    const [message] = receiver.of('/one');
    expect(() => new Webhook(secret).verify(message?.body ?? '', message?.headers as never)).not.toThrow();
  });
});

describe('a ping', () => {
  it('answers the attempt whatever the receiver says, and is listed', async () => {
    receiver.at('/one', (response) => response.writeHead(500).end('no'));
    const replica = bench.replica();
    const { id, secret } = await register(replica, '/one');
    expect(await replica.pings.ping(1, id)).toMatchObject({ isDelivered: false, statusCode: 500, answer: 'no' });
    const [message] = receiver.of('/one');
    expect(new Webhook(secret).verify(message?.body ?? '', message?.headers as never)).toMatchObject({
      type: 'webhook.pinged',
      data: { webhook: Number(id) },
    });
    expect(await bench.deliveries()).toMatchObject([{ status: 'failed', attempt_count: 1 }]);
  });
});

describe('decisions on an endpoint', () => {
  const by = { account: 1, actor: { kind: 'token', id: '7' } } as const;

  it('are recorded with what they change, without its secrets; one that changes nothing is not', async () => {
    const replica = bench.running();
    const { id, secret } = await replica.webhooks.create(by, { url: receiver.url('/one'), event_types: [saved.type] });
    await bench.publish(1);
    const [delivery] = await bench.until(all('delivered'));
    await replica.webhooks.update(by, id, { description: 'ERP' });
    await replica.webhooks.update(by, id, { description: 'ERP' });
    const { secret: second } = await replica.webhooks.rotateSecret(by, id);
    await replica.replays.resend(by, id, delivery?.id ?? '');
    await bench.until(([again]) => again?.attempts.length === 2);
    await replica.replays.replay(by, id, { since: '2000-01-01', only: 'failed' });
    await replica.webhooks.remove(by, id);
    const decisions = await bench.decisionsOn(id);
    expect(decisions.map(({ actor, action, before, after }) => [actor, action, before, after])).toEqual([
      ['7', 'webhook.created', null, { is_active: true, description: '' }],
      ['7', 'webhook.changed', { is_active: true, description: '' }, { is_active: true, description: 'ERP' }],
      ['7', 'webhook.secret_rotated', null, null],
      ['7', 'webhook.delivery_resent', null, { id: Number(delivery?.id) }],
      ['7', 'webhook.replayed', null, { queued: 0 }],
      ['7', 'webhook.removed', { is_active: true, description: 'ERP' }, null],
    ]);
    for (const known of [secret, second]) expect(JSON.stringify(decisions)).not.toContain(known);
  });

  it('that the service makes by itself are recorded too', async () => {
    receiver.at('/one', (response) => response.writeHead(410).end());
    const replica = bench.running();
    const { id } = await register(replica, '/one');
    await bench.publish(1);
    await bench.until(all('discarded'));
    expect((await bench.decisionsOn(id)).at(-1)).toEqual({
      actor: 'webhooks',
      action: 'webhook.disabled',
      before: { is_active: true },
      after: { is_active: false },
      reason: 'The receiver answered 410.',
    });
  });
});
