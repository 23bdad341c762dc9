import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '@refundry/testing';
import { operator } from '../../tools/src/topology.js';
import type { Client } from '../system/client.js';
import type { CommandResult } from '../system/command-line.js';
import { queryDatabase } from '../system/database.js';
import { send } from '../system/http.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

interface Run {
  readonly is_new: boolean;
  readonly state: string;
  readonly error: string | null;
  readonly levels: readonly {
    readonly name: string;
    readonly seen: number;
    readonly inserted: number;
    readonly skipped: number;
    readonly expected: number | null;
  }[];
}

interface Schedule {
  readonly step: string;
  readonly every: string;
  readonly next: string | null;
}

let system: RunningSystem;
/** The account whose addresses are synced in the first test. */
let account: string;

beforeAll(async () => {
  system = await RunningSystem.start({ environment: { simulator: { OMNITRON_DISTRICTS: '2000' } } });
  account = (await system.newClient()).account;
});

afterAll(() => system.stop());

const timestamp = /^\d{4}-\d\d-\d\dT.*Z$/;
const addressesOf = (name: string): string[] => ['sync', '--account', name, '--step', 'addresses'];

describe('following a step', () => {
  it('shows each level and ends with the numbers', async () => {
    const { code, stdout, stderr } = await system.tryCommand(...addressesOf(account), '--follow');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual([
      `addresses of ${account} has been started.`,
      expect.stringMatching(
        `^addresses of ${account} finished: 3,081 rows seen: 3,081 inserted, 0 updated, 0 unchanged, 0 ` +
          `withheld, 0 refused, in \\d+ s$`,
      ),
    ]);
    for (const [name, rows] of [
      ['countries', '1'],
      ['cities', '81'],
      ['townships', '999'],
      ['districts', '2,000'],
    ]) {
      expect(lines.filter((line) => line.startsWith(name!)).at(-1)).toMatch(
        new RegExp(`^${name} +${rows} of ${rows} rows`),
      );
    }
  });

  it('answers one line of JSON when asked for it', async () => {
    const { code, stdout } = await system.runCommand(...addressesOf(account), '--follow', '--json');
    expect([code, stdout.trimEnd().split('\n')]).toEqual([0, [expect.any(String)]]);
    const run = JSON.parse(stdout) as Run;
    expect(run).toMatchObject({ account, step: 'addresses', is_new: true, state: 'FINISHED', error: null });
    expect(
      run.levels.map(({ name, seen, inserted, skipped, expected }) => [name, seen, inserted, skipped, expected]),
    ).toEqual([
      ['countries', 1, 0, 1, 1],
      ['cities', 81, 0, 81, 81],
      ['townships', 999, 0, 999, 999],
      ['districts', 2000, 0, 2000, 2000],
    ]);
  });

  it('of an account without an Omnitron tells why it failed', async () => {
    const lonely = await system.newAccount();
    const { code, stdout, stderr } = await system.tryCommand(...addressesOf(lonely), '--follow');
    expect([code, stdout, stderr]).toEqual([
      1,
      `addresses of ${lonely} has been started.\n`,
      'No Omnitron is set up for this account.\n',
    ]);
    const asJson = await system.tryCommand(...addressesOf(lonely), '--follow-only', '--json');
    expect([asJson.code, JSON.parse(asJson.stdout)]).toEqual([
      1,
      expect.objectContaining({ is_new: false, state: 'FAILED', error: 'No Omnitron is set up for this account.' }),
    ]);
  });

  it('starts nothing when it is only to follow', async () => {
    const idle = await system.newAccount();
    expectOneSentence(await system.tryCommand(...addressesOf(idle), '--follow-only'), /has never run/);
    const { code, stdout } = await system.tryCommand(...addressesOf(account), '--follow-only', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ is_new: false, state: 'FINISHED' })]);
  });
});

describe("a step whose rows wait for another step's", () => {
  const stepOf = (step: string, name: string, ...options: string[]): Promise<CommandResult> =>
    system.tryCommand('sync', '--account', name, '--step', step, '--follow', ...options);

  it('lists its problems, says which step to run first, and has an exit code of its own', async () => {
    const { account: name } = await system.newClient();
    const { code, stdout, stderr } = await stepOf('customers', name);
    expect([code, stdout]).toEqual([
      3,
      expect.stringMatching(
        /finished: 109 rows seen: 109 inserted, 0 updated, 0 unchanged, 0 withheld, 0 refused, in \d+ s$/m,
      ),
    ]);
    expect(stderr).toMatch(/^customers 55: There is no channel 3 here\.\n/);
    expect(stderr).toMatch(/\n… and 89 more\nRun --step channels first, then --step customers again\.\n$/);
    const asJson = await system.runCommand('sync', '--account', name, '--step', 'customers', '--follow', '--json');
    expect(asJson.code).toBe(3);
    const { state, problems } = JSON.parse(asJson.stdout) as { state: string; problems: object[] };
    expect([state, problems[0], problems.length]).toEqual([
      'FINISHED',
      { level: 'customers', omnitron_id: 55, reason: 'There is no channel 3 here.', waits_for: 'channel' },
      109,
    ]);
    expect((await stepOf('channels', name)).code).toBe(0);
    const again = await stepOf('customers', name);
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/109 rows seen: 0 inserted, 109 updated, /)]);
  });

  it('counts a reason that Omnitron withholds apart from those that are here already', async () => {
    const { account: name } = await system.newClient();
    await system.simulator.addRows('cancellation_reasons', {
      pk: 9001,
      cancellation_type: 'cancel',
      subject: 'Not for us',
      order: 1,
      is_active: true,
      send_to_oms: false,
    });
    expect((await stepOf('cancellation-reasons', name)).stdout).toMatch(
      /16 rows seen: 14 inserted, 0 updated, 0 unchanged, 2 withheld, 0 refused/,
    );
    await system.simulator.changeRow('cancellation_reasons', 1, { subject: 'Otherwise' });
    expect((await stepOf('cancellation-reasons', name)).stdout).toMatch(
      /16 rows seen: 0 inserted, 1 updated, 13 unchanged, 2 withheld, 0 refused/,
    );
    await system.simulator.removeRow('cancellation_reasons', 9001);
  });

  it('takes older versions of Omnitron too when all is compared, and no such order while it runs', async () => {
    const { account: name } = await system.newClient();
    await stepOf('channels', name);
    await stepOf('customers', name);
    await system.simulator.changeRow('customers', 61, {
      first_name: 'Restored',
      modified_date: '2020-01-01T00:00:00Z',
    });
    expect((await stepOf('customers', name)).stdout).toMatch(/ 0 updated/);
    expect((await stepOf('customers', name, '--full')).stdout).toMatch(
      /109 rows seen: 0 inserted, 1 updated, 108 unchanged/,
    );
    await system.simulator.misbehave({ kind: 'latency', resource: 'customers', ms: 9000 });
    await system.command('sync', '--account', name, '--step', 'customers');
    expectOneSentence(await stepOf('customers', name, '--full'), /is running already, and not in full/);
    await system.simulator.behave();
  });
});

describe('a step that takes its time', () => {
  let slow: string;

  beforeAll(async () => {
    slow = (await system.newClient()).account;
  });

  it('is running already when it is started again, and goes on when nobody follows any longer', async () => {
    await system.simulator.misbehave({ kind: 'latency', resource: 'districts', ms: 3000 });
    expect(await system.command(...addressesOf(slow))).toEqual({ account: slow, step: 'addresses', is_new: true });
    const again = await system.tryCommand(...addressesOf(slow));
    expect([again.code, again.stdout]).toEqual([0, `addresses of ${slow} is running already.\n`]);

    const follower = followerOf(slow);
    await said(follower, /is running already/);
    follower.kill('SIGINT');
    expect(await follower.exited).toEqual({ code: 130, signal: null });
    expect(follower.lines.at(-1)).toBe(`No longer following; addresses of ${slow} goes on.`);

    await system.simulator.behave();
    const { code, stdout } = await system.tryCommand(...addressesOf(slow), '--follow-only');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /finished: 3,081 rows seen: 3,081 inserted, 0 updated, 0 unchanged, 0 withheld, 0 refused$/m,
      ),
    ]);
  });

  it('is followed through a restart of oms', async () => {
    await system.simulator.misbehave({ kind: 'latency', resource: 'districts', ms: 1000 });
    const follower = followerOf(slow);
    await said(follower, /has been started/);
    await system.app('oms').stop();
    await said(follower, /^waiting for oms/);
    expectOneSentence(await system.tryCommand(...addressesOf(slow)), /oms does not answer/);
    await system.simulator.behave();
    await system.startApp('oms');
    expect(await follower.exited).toEqual({ code: 0, signal: null });
    expect(follower.lines.filter((line) => line.startsWith('waiting'))).toHaveLength(1);
    expect(follower.lines.at(-1)).toMatch(
      /finished: 3,081 rows seen: 0 inserted, 0 updated, 3,081 unchanged, 0 withheld, 0 refused/,
    );
  });

  function followerOf(name: string): AppProcess {
    return AppProcess.spawn({
      name: 'sync',
      script: operator.script,
      args: [...addressesOf(name), '--follow'],
      env: system.commandEnvironment,
    });
  }

  function said(follower: AppProcess, words: RegExp): Promise<true | undefined> {
    return until(`it says ${words.source}`, () => follower.lines.some((line) => words.test(line)) || undefined);
  }
});

describe('schedules', () => {
  let client: Client;
  const schedules = (): Promise<Schedule[]> =>
    system.command<Schedule[]>('schedule', 'list', '--account', client.account);
  const set = (step: string, every: string): Promise<Schedule> =>
    system.command('schedule', 'set', '--account', client.account, '--step', step, '--every', every);

  beforeAll(async () => {
    client = await system.newClient();
  });

  it('begin with the Omnitron of an account', async () => {
    const { code, stdout } = await system.runCommand('schedule', 'list', '--account', client.account);
    expect([
      code,
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/)),
    ]).toEqual([
      0,
      [
        ['step', 'every', 'next'],
        ['addresses', '1d', expect.stringMatching(timestamp)],
        ['cancellation-reasons', '1h', expect.stringMatching(timestamp)],
        ['channels', '1h', expect.stringMatching(timestamp)],
        ['customers', '15m', expect.stringMatching(timestamp)],
      ],
    ]);
  });

  it('are changed, switched off, and left alone when Omnitron is set anew', async () => {
    expect(await set('addresses', '60s')).toEqual({
      account: client.account,
      step: 'addresses',
      every: '1m',
      next: expect.stringMatching(timestamp),
    });
    expect(await set('cancellation-reasons', 'off')).toMatchObject({ every: 'off', next: null });
    await set('addresses', '365d');
    await system.connectOmnitron(client.account);
    expect(await schedules()).toMatchObject([
      { step: 'addresses', every: '365d' },
      { step: 'cancellation-reasons', every: 'off', next: null },
      { step: 'channels', every: '1h' },
      { step: 'customers', every: '15m' },
    ]);
  });

  it('order a run when it is due, and move on', async () => {
    const due = new Date(Date.now() - 60_000).toISOString();
    await queryDatabase(
      system.databases.oms.ownerUrl,
      `update sync_schedule set next_date = $1 where account_id = $2 and step = 'channels'`,
      [due, await idOf(client.account)],
    );
    await until('the channels came over', async () => {
      const { json } = await client.get('/api/v1/oms/setup/channels/last_run/');
      return (json as { status: string }).status === 'FINISHED';
    });
    const { next } = (await schedules()).find(({ step }) => step === 'channels')!;
    expect(Date.parse(next ?? '')).toBeGreaterThan(Date.now());
    expect(((await client.get('/api/v1/oms/channels/')).json as { count: number }).count).toBeGreaterThan(0);
  });
});

describe('the age of the last success', () => {
  it('is among the measurements of oms', async () => {
    const { text } = await send('GET', `${system.app('oms').operations ?? ''}/metrics`);
    expect(text).toMatch(
      new RegExp(
        `^sync_last_success_age_seconds\\{account="${await idOf(account)}",step="addresses",app="oms"\\} \\d`,
        'm',
      ),
    );
  });
});

describe('asked for the impossible', () => {
  const setAddresses = (every: string): string[] => [
    'schedule',
    'set',
    '--account',
    'any',
    '--step',
    'addresses',
    '--every',
    every,
  ];
  const wrong: readonly [what: string, words: RegExp, ...parameters: string[]][] = [
    [
      'a step that nobody knows',
      /orders.*addresses, channels, customers, cancellation-reasons/,
      'sync',
      '--account',
      'any',
      '--step',
      'orders',
    ],
    ['an account that nobody knows', /nobody/, ...addressesOf('nobody'), '--follow'],
    ['no step', /--step/, 'sync', '--account', 'any'],
    ['the schedules of an account that nobody knows', /nobody/, 'schedule', 'list', '--account', 'nobody'],
    [
      'the failed events of an account that nobody knows',
      /nobody/,
      'inbox',
      'failed',
      '--service',
      'oms',
      '--account',
      'nobody',
    ],
    ['the failed events of a service that has no inbox', /oms does not answer/, 'inbox', 'failed', '--service', 'oms'],
    ['the failed events of a subject', /the name of a service/, 'inbox', 'failed', '--service', 'oms.>'],
    [
      'a schedule of an account that nobody knows',
      /nobody/,
      'schedule',
      'set',
      '--account',
      'nobody',
      '--step',
      'addresses',
      '--every',
      '1h',
    ],
    [
      'a schedule of a step that nobody knows',
      /orders/,
      'schedule',
      'set',
      '--account',
      'any',
      '--step',
      'orders',
      '--every',
      '1h',
    ],
    ['a span that nobody knows', /hourly.*such as 15m/, ...setAddresses('hourly')],
    ['a span that is too short', /59s.*60s/, ...setAddresses('59s')],
    ['a span that is too long', /366d.*365d/, ...setAddresses('366d')],
    ['never, as a number', /0s.*off/, ...setAddresses('0s')],
  ];
  const results = new Map<string, CommandResult>();

  beforeAll(async () => {
    await Promise.all(
      wrong.map(async ([what, , ...parameters]) => results.set(what, await system.tryCommand(...parameters))),
    );
  });

  it.each(wrong)('refuses %s in one sentence', (what, words) => {
    expectOneSentence(results.get(what)!, words);
  });

  it('says what is wrong as JSON, too', async () => {
    const { code, stdout, stderr } = await system.tryCommand(...addressesOf('nobody'), '--follow', '--json');
    expect([code, stderr, JSON.parse(stdout)]).toEqual([1, '', { error: 'There is no account named nobody.' }]);
  });
});

async function idOf(name: string): Promise<number> {
  const [row] = await queryDatabase<{ id: number }>(
    system.databases.accounts.url,
    'select id from account where name = $1',
    [name],
  );
  return row!.id;
}

function expectOneSentence({ code, stdout, stderr }: CommandResult, words: RegExp): void {
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(words)]);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}
