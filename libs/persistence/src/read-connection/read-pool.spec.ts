import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { trace } from '@opentelemetry/api';
import { within } from '@refundry/observability';
import { ReadPool } from '../index.js';

Logger.overrideLogger(false);

let url: string;
let owner: pg.Client;
let superuser: pg.Client;
const lanes: ReadPool[] = [];

beforeAll(async () => {
  const database = await testDatabase('oms');
  url = database.url;
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(
    'create table item (id integer); insert into item values (1); grant select, insert on item to oms_reader',
  );
  superuser = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL! });
  await superuser.connect();
});

afterEach(async () => {
  for (const readPool of lanes.splice(0)) await readPool.onApplicationShutdown();
});
afterAll(() => Promise.all([owner.end(), superuser.end()]));

async function open(timeoutMs = 10_000): Promise<ReadPool> {
  const readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs });
  lanes.push(readPool);
  await readPool.onModuleInit();
  return readPool;
}

const one = async (readPool: ReadPool, text: string, ...values: unknown[]): Promise<string | null | undefined> =>
  (await readPool.rows({ account: 'any', text, values }))[0]?.[0];
const prepared = async (readPool: ReadPool): Promise<unknown> =>
  (
    await readPool.rows({ account: 'any', text: 'select statement from pg_prepared_statements order by 1', values: [] })
  ).map(([text]) => text);
const backendOf = async (readPool: ReadPool): Promise<number> => Number(await one(readPool, 'select pg_backend_pid()'));
const isThere = async (backend: number): Promise<boolean> =>
  (await superuser.query('select from pg_stat_activity where pid = $1', [backend])).rowCount === 1;

describe('the read pool', () => {
  it("gives rows as PostgreSQL's texts", async () => {
    const text = `select 1, true, null, timestamptz '2023-07-04 13:30:31.29886+03', 1.50, 'İ', '{"a":1}'::jsonb
      union all select 2, false, '', null, null, null, null`;
    expect(await (await open()).rows({ account: 'any', text, values: [] })).toEqual([
      ['1', 't', null, '2023-07-04 10:30:31.29886+00', '1.50', 'İ', '{"a": 1}'],
      ['2', 'f', '', null, null, null, null],
    ]);
  });

  it('puts the account first among the parameters, and refuses a text that mentions none', async () => {
    const readPool = await open();
    expect(await readPool.rows({ account: 7, text: 'select $1::integer, $2::text', values: ['x'] })).toEqual([
      ['7', 'x'],
    ]);
    await expect(readPool.rows({ account: 7, text: 'select $2::text', values: ['x'] })).rejects.toThrow(
      'could not determine data type of parameter $1',
    );
  });

  it('gives no rows where there are none', async () => {
    expect(await (await open()).rows({ account: 'any', text: 'select 1 where false', values: [] })).toEqual([]);
  });

  it('keeps many queries in flight, each with its own answer', async () => {
    const readPool = await open();
    const numbers = Array.from({ length: 1000 }, (_, index) => String(index));
    expect(
      await Promise.all(numbers.map((number) => one(readPool, `select $1::int8 /* ${Number(number) % 7} */`, number))),
    ).toEqual(numbers);
  });

  it('says of a statement what trace it is part of, and prepares none for that', async () => {
    const readPool = await open();
    const itself = {
      account: 'any' as const,
      text: 'select current_query() where $1',
      values: [true],
      isPrepared: true,
    };
    const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    const comment = ` /*traceparent='00-${'a'.repeat(32)}-${'b'.repeat(16)}-01'*/`;
    const asked = [readPool.rows(itself), within(span, () => readPool.rows(itself)), readPool.rows(itself)];
    expect((await Promise.all(asked)).map(([row]) => row?.[0])).toEqual([
      itself.text,
      itself.text + comment,
      itself.text,
    ]);
    expect(
      await readPool.rows({ account: 'any', text: 'select statement from pg_prepared_statements', values: [] }),
    ).toEqual([[itself.text]]);
  });

  it('keeps more different statements than it prepares', async () => {
    const readPool = await open();
    const numbers = Array.from({ length: 300 }, (_, index) => String(index));
    for (let round = 0; round < 2; round++)
      expect(await Promise.all(numbers.map((number) => one(readPool, `select ${number} + $1::int8`, 0)))).toEqual(
        numbers,
      );
  });

  it('prepares a statement again whose columns changed their type, and repeats each read in flight', async () => {
    const readPool = await open();
    const read = (): Promise<unknown> =>
      readPool.rows({ account: 7, text: 'select id, $1::integer from item', values: [], isPrepared: true });
    for (const type of ['bigint', 'text', 'integer using id::integer']) {
      expect(await read()).toEqual([['1', '7']]);
      await owner.query(`alter table item alter id type ${type}`);
      expect(await Promise.all([read(), one(readPool, 'select 2'), read()])).toEqual([[['1', '7']], '2', [['1', '7']]]);
    }
    await read();
    expect(await prepared(readPool)).toEqual(['select id, $1::integer from item']);
  });

  it('answers the reads behind one that is cancelled while it is prepared', async () => {
    const readPool = await open(500);
    const read = (): Promise<unknown> =>
      readPool.rows({ account: 7, text: 'select id, $1::integer as first from item', values: [], isPrepared: true });
    await owner.query('begin; lock table item');
    const [cancelled, ...others] = [read(), read(), read()];
    await expect(cancelled).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await owner.query('rollback');
    expect(await Promise.all([...others, read()])).toEqual(Array.from({ length: 3 }, () => [['1', '7']]));
  });

  it('prepares a statement under another name where its own is taken', async () => {
    const readPool = await open();
    await one(readPool, "prepare read_0 as select 'a stranger'");
    const read = (): Promise<unknown> =>
      readPool.rows({ account: 7, text: 'select $1::integer', values: [], isPrepared: true });
    expect([await read(), await read()]).toEqual([[['7']], [['7']]]);
    expect(await prepared(readPool)).toContain('select $1::integer');
  });

  it('lets a failing query alone fail', async () => {
    const readPool = await open();
    const texts = ['select 1', 'select 1 / 0', 'select 2', 'selec', 'select 3', "select 'x'::integer", 'select 4'];
    const outcomes = await Promise.allSettled(texts.map((text) => one(readPool, text)));
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as pg.DatabaseError).code,
      ),
    ).toEqual(['1', '22012', '2', '42601', '3', '22P02', '4']);
  });

  it('uses a statement again after it failed', async () => {
    const readPool = await open();
    await expect(one(readPool, 'select 10 / $1::integer', 0)).rejects.toMatchObject({ code: '22012' });
    expect(await one(readPool, 'select 10 / $1::integer', 2)).toBe('5');
  });

  it('cancels a read that takes too long, and goes on', async () => {
    const readPool = await open(50);
    await expect(one(readPool, 'select pg_sleep(60)')).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(await one(readPool, 'select 1')).toBe('1');
  });

  it('reads as the reader, and writes nothing even where the reader might', async () => {
    const readPool = await open();
    expect(await one(readPool, 'select current_user')).toBe('oms_reader');
    expect(await one(readPool, 'select id from item')).toBe('1');
    await expect(one(readPool, 'insert into item values (2)')).rejects.toMatchObject({ code: '25006' });
  });

  it('fails what is in flight when its backend is ended, and works again by itself', async () => {
    const readPool = await open();
    await one(readPool, 'select $1::text', 'prepared');
    const backend = await backendOf(readPool);
    const failing = Promise.allSettled([one(readPool, 'select pg_sleep(60)'), one(readPool, 'select 1')]);
    await superuser.query('select pg_terminate_backend($1)', [backend]);
    expect(await failing).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'unavailable' } }]);
    const answer = await waitUntil(() =>
      one(readPool, 'select $1::text', 'prepared').then(
        (text) => text ?? undefined,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'unavailable' });
          return new Promise<undefined>((resolve) =>
            setImmediate(() => {
              resolve(undefined);
            }),
          );
        },
      ),
    );
    expect(answer).toBe('prepared');
    expect(readPool.isUp).toBe(true);
    expect(await backendOf(readPool)).not.toBe(backend);
  });

  it('judges each read by its own time, however long those before it took', async () => {
    const readPool = await open(500);
    expect(
      await Promise.all(Array.from({ length: 9 }, (_, index) => one(readPool, `select ${index} from pg_sleep(0.2)`))),
    ).toEqual(Array.from({ length: 9 }, (_, index) => String(index)));
  });

  it('refuses what is more than it keeps in flight', async () => {
    const readPool = await open();
    const outcomes = await Promise.allSettled(Array.from({ length: 10_001 }, () => one(readPool, 'select 1')));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'overloaded' } }]);
  });

  it('gives up a connection whose server answers nothing any more, and works again by itself', async () => {
    const [server, pairs] = [new URL(url), new Set<Socket>()];
    const relay = createServer((socket) => {
      const upstream = connect(Number(server.port), server.hostname);
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const)
        pairs.add(from.on('error', () => undefined)).add(from.pipe(to));
      socket.on('close', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const readPool = new ReadPool({
      url: Object.assign(new URL(url), { port: String((relay.address() as AddressInfo).port) }).href,
      role: rolesOf('oms').reader,
      timeoutMs: 100,
    });
    await readPool.onModuleInit();
    for (const socket of pairs) socket.unpipe().pause();
    await expect(Promise.all([one(readPool, 'select 1'), one(readPool, 'select 2')])).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(
      await waitUntil(() =>
        one(readPool, 'select 3').then(
          (text) => text ?? undefined,
          () =>
            new Promise<undefined>((resolve) =>
              setImmediate(() => {
                resolve(undefined);
              }),
            ),
        ),
      ),
    ).toBe('3');
    await readPool.onApplicationShutdown();
    for (const socket of pairs) socket.destroy();
    relay.close();
  });

  it('tries on while PostgreSQL takes connections and says nothing', async () => {
    const [second, sockets] = [Promise.withResolvers<void>(), new Set<Socket>()];
    const silent = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      if (sockets.size === 2) second.resolve();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = new URL(url);
    address.port = String((silent.address() as AddressInfo).port);
    const readPool = new ReadPool({ url: address.href, role: rolesOf('oms').reader, timeoutMs: 50 });
    const opening = readPool.onModuleInit();
    await second.promise;
    await expect(one(readPool, 'select 1')).rejects.toMatchObject({ code: 'unavailable' });
    await readPool.onApplicationShutdown();
    await opening;
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('does not wait for what time will not heal', async () => {
    const readPool = new ReadPool({ url, role: 'no_such_role', timeoutMs: 1000 });
    await expect(readPool.onModuleInit()).rejects.toThrow('no_such_role');
  });

  it('closes its connection, answers no more, and does not come back', async () => {
    const readPool = await open();
    const backend = await backendOf(readPool);
    await readPool.onApplicationShutdown();
    await expect(one(readPool, 'select 1')).rejects.toMatchObject({ code: 'unavailable' });
    await waitUntil(async () => !(await isThere(backend)));
    expect(readPool.isUp).toBe(false);
  });
});

describe('searches', () => {
  const search = (readPool: ReadPool, account: number, text: string): Promise<unknown> =>
    readPool.rows({ account, text: `select $1::integer from ${text}`, values: [], isAdhoc: true });
  const backendsOf = async (text: string): Promise<number[]> =>
    (
      await superuser.query<{ pid: number }>('select pid from pg_stat_activity where query = $1', [
        `select $1::integer from ${text}`,
      ])
    ).rows.map(({ pid }) => pid);

  it('are each judged by their own time, and an account that makes many leaves room for others', async () => {
    const readPool = await open(1000);
    const ended: number[] = [];
    const slow = Array.from({ length: 4 }, () => search(readPool, 1, 'pg_sleep(0.6)').then(() => ended.push(1)));
    await search(readPool, 2, 'pg_sleep(0)').then(() => ended.push(2));
    await Promise.all(slow);
    expect(ended).toEqual([2, 1, 1, 1, 1]);
  });

  it('that take too long are cancelled alone', async () => {
    const readPool = await open(300);
    const outcomes = await Promise.allSettled([
      search(readPool, 1, 'pg_sleep(60)'),
      search(readPool, 1, 'pg_sleep(0.1)'),
      search(readPool, 2, 'pg_sleep(0.1)'),
      one(readPool, 'select 1'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'deadline_exceeded' } });
  });

  it('end alone when their connection is reset, and leave the process running', async () => {
    const sockets: Socket[] = [];
    const relay = createServer((socket) => {
      const { hostname, port } = new URL(url);
      const server = connect(Number(port), hostname);
      for (const each of [socket, server]) each.on('error', () => undefined);
      socket.pipe(server).pipe(socket);
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => {
      relay.listen(0, '127.0.0.1', resolve);
    });
    const relayed = new URL(url);
    relayed.port = String((relay.address() as AddressInfo).port);
    const readPool = new ReadPool({ url: relayed.href, role: rolesOf('oms').reader, timeoutMs: 10_000 });
    lanes.push(readPool);
    await readPool.onModuleInit();
    const shared = sockets.length;
    const lost = search(readPool, 1, 'pg_sleep(70)');
    await waitUntil(async () => (await backendsOf('pg_sleep(70)')).length > 0);
    for (const socket of sockets.slice(shared)) socket.resetAndDestroy();
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(await search(readPool, 1, 'pg_sleep(0)')).toEqual([['1']]);
    relay.close();
  });

  it('lose their connection alone: other reads and searches go on, and writes are let in', async () => {
    const readPool = await open();
    const lost = search(readPool, 1, 'pg_sleep(50)');
    const [backend] = await waitUntil(async () =>
      (await backendsOf('pg_sleep(50)')).length > 0 ? backendsOf('pg_sleep(50)') : undefined,
    );
    const others = [search(readPool, 1, 'pg_sleep(0.2)'), search(readPool, 2, 'pg_sleep(0.2)')];
    await superuser.query('select pg_terminate_backend($1)', [backend]);
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(readPool.isUp).toBe(true);
    expect(await Promise.all([...others, one(readPool, 'select 1')])).toEqual([[['1']], [['2']], '1']);
    expect(await search(readPool, 1, 'pg_sleep(0)')).toEqual([['1']]);
  });

  it('read as the reader, and write nothing', async () => {
    const readPool = await open();
    expect(await readPool.rows({ account: 'any', text: 'select current_user', values: [], isAdhoc: true })).toEqual([
      ['oms_reader'],
    ]);
    await expect(
      readPool.rows({ account: 'any', text: 'insert into item values (2)', values: [], isAdhoc: true }),
    ).rejects.toMatchObject({ code: '25006' });
  });
});
