import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SupplierRefundEvent } from '@refundry/contracts';
import { reasonsPath, type Client, type Page } from '../system/client.js';
import { EventReader, type Event } from '../system/event-reader.js';
import { send, type Answer } from '../system/http.js';
import { OwnCluster } from '../system/own-cluster.js';
import { upstreamReasons, type Reason } from '../system/reasons.js';
import { postedRefund, refundsPath } from '../system/refunds.js';
import { RunningSystem } from '../system/running-system.js';
import { median, timed, until } from '../system/until.js';

let postgres: OwnCluster;
let system: RunningSystem;
let client: Client;
let reasons: Reason[];
const apps = ['accounts', 'oms', 'gateway'];

beforeAll(async () => {
  postgres = await OwnCluster.start();
  system = await RunningSystem.start({ services: ['oms', 'supplier-refund'], cluster: postgres.url });
  client = await system.newClient();
});

afterAll(async () => {
  await system.stop();
  await postgres.remove();
});

/** The time promised to our operators: a second's delay in noticing is none, and nobody restarts anything. */
const recovery = { within: 5000 };
/** Far below every deadline, so that a call that waits for one is not prompt. */
const promptMs = 500;

beforeEach(async () => {
  await Promise.all(apps.filter((name) => system.app(name).hasExited).map((name) => system.startApp(name)));
  await Promise.all([system.simulator.behave(), system.simulator.setReasons(upstreamReasons(12))]);
  await until('everything is ready', isEverythingReady);
  expect((await client.pull()).status).toBe(200);
  reasons = await client.reasons();
});

describe('without NATS', () => {
  it('every call is refused at once, and answered again soon after NATS is back', async () => {
    const processes = ids();
    await withoutNats(async () => {
      await refusesPromptly();
      await becomeUnready(apps);
      expect((await send('GET', `${system.url}/health/ready`)).status).toBe(503);
    });
    await recovers();
    expect(ids()).toEqual(processes);
  });

  it('a request that waits for its answer is refused at once, too', async () => {
    const pull = await begunPull(1000);
    await withoutNats(async () => {
      const { ms, result } = await timed(() => pull.answer);
      isUnavailable(result);
      expect(ms).toBeLessThan(promptMs);
    });
    await recovers();
  });

  it('which has lost its state, several times over, the system still comes back', async () => {
    for (let times = 0; times < 3; times++) await withoutNats(() => Promise.resolve());
    await recovers();
  });
});

describe('without JetStream', () => {
  it('which has lost all it had, other teams hear later of what was saved', async () => {
    const retail = await system.newRetailClient(client.account);
    const save = async (document: string): Promise<boolean> =>
      (await retail.post(refundsPath, [postedRefund(document)])).status === 201;
    expect(await save('a')).toBe(true);
    await untilPublished();
    await system.stopNats();
    system.wipeJetStream();
    await system.startNats();
    await until('documents are saved again', () => save('b'));
    await untilPublished();
    const reader = await EventReader.open(system.natsUrl('reader'), 'supplier-refund');
    expect((await reader.events<Event & SupplierRefundEvent>()).map(({ documents }) => documents)).toEqual([
      ['b_kyiv-1'],
    ]);
    await reader.close();
  });

  const untilPublished = (): Promise<true> =>
    until(
      'the outbox is empty',
      async () => (await system.query('supplier-refund', 'select from outbox limit 1')).length === 0,
    );
});

describe('without PostgreSQL', () => {
  it('every call is refused at once, and answered again soon after PostgreSQL is back', async () => {
    const processes = ids();
    await postgres.stop();
    await backAfter(
      () => postgres.startAgain(),
      async () => {
        await refusesPromptly();
        await becomeUnready(['oms', 'accounts']);
      },
    );
    await recovers();
    expect(ids()).toEqual(processes);
  });

  it('crashing under a pull, the pull is refused, nothing has changed, and the next one works', async () => {
    await system.simulator.changeReason(1, { subject: 'Changed before the crash' });
    const pull = await begunPull(1000);
    await postgres.crash();
    await backAfter(
      () => postgres.startAgain(),
      async () => {
        isUnavailable(await pull.answer);
      },
    );
    await recovers(async () => {
      expect(await client.reasons()).toEqual(reasons);
    });
    await system.simulator.setReasons(upstreamReasons(12));
    expect((await client.pull()).status).toBe(200);
  });
});

describe('without accounts', () => {
  it('every call is refused promptly, and answered again soon after accounts is back', async () => {
    system.app('accounts').kill('SIGKILL');
    await system.app('accounts').exited;
    await refusesPromptly();
    expect(await health('gateway')).toEqual({ live: 200, ready: 200 });
    await system.startApp('accounts');
    await recovers();
  });
});

describe('without oms', () => {
  it('every call is refused promptly, and answered again soon after oms is back', async () => {
    system.app('oms').kill('SIGKILL');
    await system.app('oms').exited;
    await refusesPromptly();
    await system.startApp('oms');
    await recovers();
  });

  it('that was asked to stop, what it has begun is finished', async () => {
    const pull = await begunPull(800);
    const stopped = system.app('oms').stop();
    const others = Array.from({ length: 30 }, () => client.get('?page_size=100'));
    expect((await pull.answer).status).toBe(200);
    for (const answer of await Promise.all(others)) if (answer.status !== 200) isUnavailable(answer);
    expect(await stopped).toEqual({ code: 0, signal: null });
  });

  it('asked to stop while another replica runs, nobody is refused', async () => {
    await system.startApp('oms-2');
    let going = true;
    const caller = async (): Promise<number[]> => {
      const statuses: number[] = [];
      while (going) statuses.push((await client.get()).status);
      return statuses;
    };
    const callers = [caller(), caller(), caller()];
    await system.app('oms').stop();
    await system.startApp('oms');
    await system.app('oms-2').stop();
    going = false;
    expect(new Set((await Promise.all(callers)).flat())).toEqual(new Set([200]));
  });

  it('a cursor outlives the oms that gave it', async () => {
    const { next } = await client.json<Page<Reason>>(`${reasonsPath}?cursor=*&page_size=5`);
    const expected = await client.json(next ?? '');
    await system.restartApp('oms');
    expect(await client.json(next ?? '')).toEqual(expected);
  });
});

describe('two replicas of oms', () => {
  it('share one upstream run of twenty pulls at the same time', async () => {
    const replica = await system.startApp('oms-2');
    await system.simulator.misbehave({ kind: 'latency', ms: 400 });
    await system.simulator.forgetRequests();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.pull()));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await system.simulator.reasonPagesAsked()).toBe(1);
    expect((await replica.stop()).code).toBe(0);
  });
});

describe('the gateway', () => {
  it('that is asked to stop finishes what it has begun', async () => {
    const pull = await begunPull(800);
    const stopped = system.app('gateway').stop();
    expect((await pull.answer).status).toBe(200);
    expect(await stopped).toEqual({ code: 0, signal: null });
  });
});

function isUnavailable({ status, headers, json }: Answer): void {
  expect([status, headers['retry-after'], json]).toEqual([
    503,
    expect.stringMatching(/^[1-9]\d*$/),
    { detail: 'Service temporarily unavailable, try again later.' },
  ]);
}

/** Requests rejected before an outage was noticed don't count: a credential is believed for up to a second. */
async function refusesPromptly(): Promise<void> {
  await until('calls are refused', async () => (await client.get()).status === 503, { within: 2000 });
  const answers: { ms: number; result: Answer }[] = [];
  for (const path of [
    '',
    '1/',
    'pull_from_omnitron/',
    '',
    '1/',
    'pull_from_omnitron/',
    '',
    '1/',
    'pull_from_omnitron/',
  ])
    answers.push(await timed(() => client.get(path)));
  for (const { result } of answers) isUnavailable(result);
  expect(median(answers.map(({ ms }) => ms))).toBeLessThan(promptMs);
}

/**
 * Within the promised time calls are answered again, with what was there before, and everything says that it is ready.
 */
async function recovers(
  check = async (): Promise<void> => {
    expect(await client.reasons()).toEqual(reasons);
  },
): Promise<void> {
  await until('calls are answered again', async () => (await client.get()).status === 200, recovery);
  await check();
  expect((await client.pull()).status).toBe(200);
  await until('everything is ready', isEverythingReady, recovery);
}

/** A pull that is under way at oms, because Omnitron takes its time. */
async function begunPull(ms: number): Promise<{ answer: Promise<Answer> }> {
  await system.simulator.misbehave({ kind: 'latency', ms, times: 1 });
  await system.simulator.forgetRequests();
  const answer = client.pull();
  await until('the pull has begun', async () => (await system.simulator.reasonPagesAsked()) > 0);
  return { answer };
}

/** The outage ends with the check, also if it fails. */
async function backAfter(comeBack: () => Promise<void>, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } finally {
    await comeBack();
  }
}

async function withoutNats(check: () => Promise<void>): Promise<void> {
  await system.stopNats();
  await backAfter(() => system.startNats(), check);
}

const ids = (): (number | undefined)[] => apps.map((name) => system.app(name).pid);

/** Each app notices an outage by itself, some a moment after the call that was refused first. */
async function becomeUnready(names: readonly string[]): Promise<void> {
  const unready = (): Promise<boolean> =>
    Promise.all(names.map(health)).then((all) => all.every(({ live, ready }) => live === 200 && ready === 503));
  await until('every app lives and says that it is not ready', unready, recovery);
}

const isEverythingReady = async (): Promise<boolean> =>
  (await Promise.all(apps.map(health))).every(({ ready }) => ready === 200);

async function health(name: string): Promise<{ live: number; ready: number }> {
  const [live, ready] = await Promise.all(
    ['live', 'ready'].map((check) => send('GET', `${system.app(name).operations ?? ''}/health/${check}`)),
  );
  return { live: live!.status, ready: ready!.status };
}
