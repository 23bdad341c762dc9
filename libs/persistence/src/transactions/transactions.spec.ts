import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { Failure } from '@refundry/errors';
import { within } from '@refundry/observability';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { dataSourceOf, scopeToAccount, Transactions } from '../index.js';

let url: string;
let application: DataSource;
let transactions: Transactions;
let owner: pg.Client;

beforeAll(async () => {
  const database = await testDatabase('oms');
  url = database.url;
  owner = await connect(database.ownerUrl);
  await owner.query(
    `create table item (account_id integer, id integer, primary key (account_id, id));
      ${scopeToAccount('item', rolesOf('oms'))}`,
  );
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
});

beforeEach(() => owner.query('delete from item'));

afterAll(async () => {
  await application.destroy();
  await owner.end();
});

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

const inAccount = { account: 1, timeoutMs: 5000 };
const insert = (manager: EntityManager, id: number): Promise<unknown> =>
  manager.query('insert into item values (1, $1)', [id]);
const stored = async (): Promise<number[]> =>
  (await owner.query<{ id: number }>('select id from item order by id')).rows.map(({ id }) => id);
const backendOf = async (manager: EntityManager): Promise<number> =>
  (await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid'))[0]!.pid;

describe('a transaction', () => {
  it('keeps all of its work and gives its result', async () => {
    expect(
      await transactions.run(
        inAccount,
        async (manager) => (await insert(manager, 1), await insert(manager, 2), 'done'),
      ),
    ).toBe('done');
    expect(await stored()).toEqual([1, 2]);
  });

  it('says in its statements what trace they are part of', async () => {
    const itself = 'select current_query() as query';
    const ask = (): Promise<[{ query: string }]> => transactions.run(inAccount, (manager) => manager.query(itself));
    const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    const [[traced], [untraced]] = [await within(span, ask), await ask()];
    expect([traced.query, untraced.query]).toEqual([
      `${itself} /*traceparent='00-${'a'.repeat(32)}-${'b'.repeat(16)}-01'*/`,
      itself,
    ]);
  });

  it('keeps nothing when its work throws, whatever that is', async () => {
    for (const thrown of [new Failure('conflict', 'Most of them would go.'), new TypeError('x is undefined'), 'text']) {
      const work = async (manager: EntityManager): Promise<void> => {
        await insert(manager, 1);
        throw thrown as Error;
      };
      await expect(transactions.run(inAccount, work)).rejects.toBe(thrown);
    }
    expect(await stored()).toEqual([]);
  });

  it('keeps nothing when a statement fails, and passes the error on', async () => {
    await expect(
      transactions.run(inAccount, async (manager) => (await insert(manager, 1), await insert(manager, 1))),
    ).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect(await stored()).toEqual([]);
  });

  it('is not begun, and waits for no connection, where PostgreSQL is known to be away', async () => {
    const begun: number[] = [];
    const unreachable = dataSourceOf('postgres://nobody@192.0.2.1/nowhere', []);
    await expect(
      new Transactions(unreachable, () => false).run(inAccount, () => Promise.resolve(begun.push(1))),
    ).rejects.toMatchObject({ code: 'unavailable' });
    expect(begun).toEqual([]);
  });

  it('ends when a statement takes too long', async () => {
    const work = async (manager: EntityManager): Promise<void> => {
      await insert(manager, 1);
      await manager.query('select pg_sleep(60)');
    };
    await expect(transactions.run({ account: 1, timeoutMs: 50.5 }, work)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(await stored()).toEqual([]);
  });

  it('is ended by PostgreSQL when it pauses too long, and the next one works', async () => {
    const work = async (manager: EntityManager): Promise<void> => {
      await insert(manager, 1);
      const backend = await backendOf(manager);
      await waitUntil(
        async () => (await owner.query('select from pg_stat_activity where pid = $1', [backend])).rowCount === 0,
      );
      await insert(manager, 2);
    };
    await expect(transactions.run({ account: 1, timeoutMs: 50 }, work)).rejects.toMatchObject({ code: 'unavailable' });
    await transactions.run(inAccount, (manager) => insert(manager, 3));
    expect(await stored()).toEqual([3]);
  });

  it('leaves no limit and no account behind for the next user of its connection', async () => {
    await Promise.all(
      [1, 2, 3].map((account) => transactions.run({ account, timeoutMs: 50 }, (manager) => manager.query('select 1'))),
    );
    const settings = `select current_setting('statement_timeout') as statement,
      coalesce(current_setting('transaction_timeout', true), '0') as whole,
        coalesce(current_setting('refundry.account', true), '') as account`;
    expect(await Promise.all([1, 2].map(() => application.query(settings)))).toEqual(
      [1, 2].map(() => [{ statement: '10s', whole: '0', account: '' }]),
    );
  });

  it('fails when its backend is ended, and the next one works', async () => {
    const superuser = await connect(process.env.TEST_POSTGRES_URL!);
    const work = async (manager: EntityManager): Promise<void> => {
      await superuser.query('select pg_terminate_backend($1)', [await backendOf(manager)]);
      await insert(manager, 1);
    };
    await expect(transactions.run(inAccount, work)).rejects.toMatchObject({ code: 'unavailable' });
    await superuser.end();
    await transactions.run(inAccount, (manager) => insert(manager, 2));
    expect(await stored()).toEqual([2]);
  });

  it('is given up when its backend answers nothing any more, and the next one works', async () => {
    let frozen = 0;
    const work = async (manager: EntityManager): Promise<void> => {
      frozen = await backendOf(manager);
      process.kill(frozen, 'SIGSTOP');
      await insert(manager, 1);
    };
    await expect(transactions.run({ account: 1, timeoutMs: 50 }, work)).rejects.toMatchObject({ code: 'unavailable' });
    await transactions.run(inAccount, (manager) => insert(manager, 2));
    expect(await stored()).toEqual([2]);
    process.kill(frozen, 'SIGCONT');
  });

  it('sees of two at once only what is committed', async () => {
    const [inserted, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const writing = transactions.run(inAccount, async (manager) => {
      await insert(manager, 1);
      inserted.resolve();
      await looked.promise;
    });
    await inserted.promise;
    expect(await transactions.run(inAccount, (manager) => manager.query('select id from item'))).toEqual([]);
    looked.resolve();
    await writing;
    expect(await transactions.run(inAccount, (manager) => manager.query('select id from item'))).toEqual([{ id: 1 }]);
  });
});

describe('a transaction in the background', () => {
  it('waits for nobody in the line of its account', async () => {
    const end = Promise.withResolvers<void>();
    const pool = await new DataSource({ type: 'postgres', url, poolSize: 3 }).initialize();
    const ofThree = new Transactions(pool);
    // Two of the three connections are an account's at the most, so the last one waits.
    const busy = ['a', 'b', 'c'].map(() => ofThree.run(inAccount, () => end.promise));
    expect(
      await ofThree.run({ ...inAccount, isBackground: true }, (manager) => manager.query('select 1 as one')),
    ).toEqual([{ one: 1 }]);
    end.resolve();
    await Promise.all(busy);
    await pool.destroy();
  });
});

describe('a transaction that may be tried again', () => {
  it('is, when another was quicker to take a key', async () => {
    await owner.query('insert into item values (1, 1)');
    const attempts: number[] = [];
    const work = async (manager: EntityManager, attempt: number): Promise<number> => {
      attempts.push(attempt);
      await insert(manager, attempt);
      return attempt;
    };
    expect(await transactions.run({ ...inAccount, attempts: 3 }, work)).toBe(2);
    expect([attempts, await stored()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('is, when it and another wait for each other', async () => {
    await owner.query('insert into item values (1, 1), (1, 2)');
    const touch = (manager: EntityManager, id: number): Promise<unknown> =>
      manager.query('select from item where id = $1 for update', [id]);
    const [one, other] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const crossing = (first: number, mine: typeof one, theirs: typeof one): Promise<number> =>
      transactions.run({ ...inAccount, attempts: 2 }, async (manager, attempt) => {
        await touch(manager, first);
        mine.resolve(undefined);
        await theirs.promise;
        await touch(manager, 3 - first);
        return attempt;
      });
    expect((await Promise.all([crossing(1, one, other), crossing(2, other, one)])).toSorted()).toEqual([1, 2]);
  });

  it('fails as overloaded when others are always in the way, and at once for any other reason', async () => {
    await owner.query('insert into item values (1, 1)');
    let attempts = 0;
    const again = async (manager: EntityManager): Promise<void> => {
      attempts++;
      await insert(manager, 1);
    };
    await expect(transactions.run({ ...inAccount, attempts: 4 }, again)).rejects.toMatchObject({ code: 'overloaded' });
    expect(attempts).toBe(4);
    const thrown = new Failure('conflict', 'no');
    await expect(
      transactions.run({ ...inAccount, attempts: 4 }, () => {
        attempts++;
        throw thrown;
      }),
    ).rejects.toBe(thrown);
    expect(attempts).toBe(5);
  });

  it('is not, when its time is over', async () => {
    await owner.query('insert into item values (1, 1)');
    let attempts = 0;
    const slow = async (manager: EntityManager): Promise<void> => {
      attempts++;
      await manager.query('select pg_sleep(0.06)');
      await insert(manager, 1);
    };
    await expect(transactions.run({ account: 1, timeoutMs: 100, attempts: 100 }, slow)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(attempts).toBeLessThan(3);
    for (const timeoutMs of [0, -1])
      await expect(transactions.run({ account: 1, timeoutMs }, slow)).rejects.toMatchObject({
        code: 'deadline_exceeded',
      });
    expect(attempts).toBeLessThan(3);
  });
});
