import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { rolesOf } from '@refundry/provisioning';
import { freePort, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { scopeToAccount } from '../transactions/account-scope.js';
import { dataSourceOf, ReadPool, Shards, Transactions } from '../index.js';
import { Session } from './session.js';

Logger.overrideLogger(false);

const roles = rolesOf('oms');
const notKept = 'has to pool sessions';
let url: string;
let client: pg.Client;

beforeAll(async () => {
  const database = await testDatabase('oms');
  url = database.url;
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(
    `create table item (account_id integer, id integer); ${scopeToAccount('item', roles)} insert into item
      values (1, 10), (2, 11)`,
  );
  await owner.end();
  client = new pg.Client({ connectionString: url });
  await client.connect();
});

afterAll(() => client.end());

const begun = async (): Promise<Session> => {
  const session = new Session(client, { statement_timeout: '4321' }, roles.reader);
  await session.begin();
  return session;
};

describe('a session', () => {
  it('has the role and the settings that it was begun with', async () => {
    await begun();
    expect(
      (
        await client.query(
          "select current_user, current_setting('statement_timeout') as timeout, current_setting('TimeZone') as zone",
        )
      ).rows,
    ).toEqual([{ current_user: 'oms_reader', timeout: '4321ms', zone: 'UTC' }]);
  });

  it.each(['discard all', 'reset role', 'set statement_timeout = 0', "set refundry.session = 'of another'"])(
    'is not verified after "%s"',
    async (loss) => {
      const session = await begun();
      await session.verify();
      await client.query(loss);
      await expect(session.verify()).rejects.toThrow(notKept);
    },
  );

  it('is not begun where PostgreSQL takes another value than it was given', async () => {
    await expect(new Session(client, { statement_timeout: '4 s' }).begin()).rejects.toThrow(notKept);
  });
});

const pgbouncer = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find((path) => existsSync(path));

(pgbouncer ? describe : describe.skip)('PgBouncer, where it is installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  let pooler: ChildProcess | undefined;

  afterEach(() => {
    pooler?.kill('SIGKILL');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function pooled(mode: 'session' | 'transaction'): Promise<string> {
    const [direct, port] = [new URL(url), await freePort()];
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'users'), `"${direct.username}" "${decodeURIComponent(direct.password)}"\n`);
    writeFileSync(
      join(folder, 'ini'),
      `[databases]\n* = host=${direct.hostname} port=${direct.port}\n[pgbouncer]\nlisten_addr=127.0.0.1\n` +
        `listen_port=${port}\nauth_type=trust\nauth_file=${folder}/users\npool_mode=${mode}\nunix_socket_dir=\n`,
    );
    pooler = spawn(pgbouncer ?? '', ['-u', 'nobody', join(folder, 'ini')], { stdio: 'ignore' });
    await waitUntil(() => isOpen(port));
    return Object.assign(direct, { port: String(port) }).href;
  }

  const isOpen = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(true);
        socket.destroy();
      }).on('error', () => {
        resolve(false);
      });
    });

  it('that pools sessions needs no settings of its own', async () => {
    const where = await pooled('session');
    const readPool = new ReadPool({ url: where, role: roles.reader, timeoutMs: 2000 });
    await readPool.onModuleInit();
    expect(
      await readPool.rows({
        account: 1,
        text: 'select id, current_user from item where account_id = $1',
        values: [],
        isPrepared: true,
      }),
    ).toEqual([['10', 'oms_reader']]);
    const dataSource = await dataSourceOf(where, []).initialize();
    expect(
      await new Transactions(dataSource).run({ account: 2 }, (transaction) =>
        transaction.query('select id, current_user from item'),
      ),
    ).toEqual([{ id: 11, current_user: 'oms' }]);
    const shards = new Shards(where);
    await shards.renew();
    expect(shards.held).toHaveLength(16);
    await Promise.all([readPool.onApplicationShutdown(), dataSource.destroy(), shards.beforeApplicationShutdown()]);
  });

  it('that pools transactions is refused, and not read through', async () => {
    const readPool = new ReadPool({ url: await pooled('transaction'), role: roles.reader, timeoutMs: 2000 });
    await expect(readPool.onModuleInit()).rejects.toThrow(notKept);
    expect(readPool.isUp).toBe(false);
    await readPool.onApplicationShutdown();
  });
});
