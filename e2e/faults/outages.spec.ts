import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SeededAccount } from '../system/seeded-account.js';
import { send } from '../system/http.js';
import { MixedTraffic, type SentRequest } from '../system/mixed-traffic.js';
import { OwnCluster } from '../system/own-cluster.js';
import { everyService, RunningSystem } from '../system/running-system.js';
import { median, until } from '../system/until.js';
import { isFullSize } from './address-setup-under-way.js';

const minuteMs = isFullSize ? 60_000 : 6000;
const perSecond = 50;
const maxHoldMs = 300_000;
const apps = ['accounts', ...everyService, 'gateway'];
/** A credential is believed for up to a second. */
const atOnceMs = 2000;
const backMs = 5000;

let postgres: OwnCluster;
let system: RunningSystem;
let account: SeededAccount;

beforeAll(async () => {
  postgres = await OwnCluster.start();
  system = await RunningSystem.start({ services: everyService, cluster: postgres.url });
  account = await SeededAccount.seed(system, 1);
}, maxHoldMs);

afterAll(async () => {
  await system.stop();
  await postgres.remove();
});

interface Outage {
  readonly what: string;
  readonly goes: () => Promise<void>;
  readonly comesBack: () => Promise<void>;
  readonly lastsMs: number;
  /** The apps that are not ready meanwhile. */
  readonly red: readonly string[];
  /** How soon it is noticed. */
  readonly noticedMs: number;
}

const outages: readonly Outage[] = [
  {
    what: 'NATS',
    goes: () => system.stopNats(),
    comesBack: () => system.startNats(),
    lastsMs: minuteMs,
    red: apps,
    noticedMs: atOnceMs,
  },
  {
    what: 'PostgreSQL',
    goes: () => postgres.stop(),
    comesBack: () => postgres.startAgain(),
    lastsMs: minuteMs,
    red: ['accounts', ...everyService],
    noticedMs: atOnceMs,
  },
  // Only its silence tells: two pings that nobody answers.
  {
    what: 'NATS that hangs',
    goes: () => signalNats('SIGSTOP'),
    comesBack: () => signalNats('SIGCONT'),
    lastsMs: 36_000,
    red: apps,
    noticedMs: 17_000,
  },
];

describe.each(outages)('$what, away for long', ({ what, goes, comesBack, lastsMs, red, noticedMs }) => {
  it(
    'is a 503 with Retry-After at once for everybody; all are back soon after it, and none was restarted',
    async () => {
      const processes = apps.map((app) => system.app(app).pid);
      const traffic = await MixedTraffic.begin(account, { perSecond });
      await until('there is traffic', () => traffic.sent.length > perSecond);
      await goes();
      const [gone, noticed] = [performance.now(), performance.now() + noticedMs];
      await pause(lastsMs / 2);
      expect(await Promise.all(apps.map(health))).toEqual(
        apps.map((app) => ({ live: 200, ready: red.includes(app) ? 503 : 200 })),
      );
      await pause(lastsMs / 2);
      const ended = performance.now();
      await comesBack();
      const returned = performance.now();
      await until(
        'everything is ready',
        async () => (await Promise.all(apps.map(health))).every(({ ready }) => ready === 200),
        { within: backMs },
      );
      await until('requests are answered again', () => isAnsweredSince(traffic.sent, returned), { within: backMs });
      await pause(1000);
      await traffic.end();

      const refused = traffic.sent.filter(({ at, ms }) => at > noticed && at + ms < ended);
      console.log(
        `${what}: ${refused.length} requests refused, ${latencies(refused)}; until it was noticed: ` +
          `${latencies(
            traffic.sent.filter(({ at, status }) => at >= gone - 1000 && at <= noticed && status !== 200),
          )}; ` +
          `answered again ${Math.round(firstAnswer(traffic.sent, returned))} ms after the return`,
      );
      expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter !== '1')).toEqual([]);
      expect(median(refused.map(({ ms }) => ms))).toBeLessThan(100);
      expect(traffic.sent.filter(({ at, status }) => at > returned + backMs && status >= 300)).toEqual([]);
      expect(apps.map((app) => system.app(app).pid)).toEqual(processes);
    },
    maxHoldMs,
  );
});

function signalNats(signal: NodeJS.Signals): Promise<void> {
  process.kill(system.pids.nats, signal);
  return Promise.resolve();
}

async function health(name: string): Promise<{ live: number; ready: number }> {
  const [live, ready] = await Promise.all(
    ['live', 'ready'].map((check) => send('GET', `${system.app(name).operations ?? ''}/health/${check}`)),
  );
  return { live: live!.status, ready: ready!.status };
}

const kindsOf = (sent: readonly SentRequest[]): Set<string> => new Set(sent.map(({ what }) => what));

/** Whether each kind of request has been answered. */
const isAnsweredSince = (sent: readonly SentRequest[], moment: number): boolean =>
  kindsOf(sent.filter(({ at, status }) => at > moment && status >= 200 && status < 300)).size === kindsOf(sent).size;

/** When the last kind of request was answered for the first time. */
const firstAnswer = (sent: readonly SentRequest[], moment: number): number =>
  Math.max(
    ...[...kindsOf(sent)].map((kind) =>
      Math.min(
        ...sent
          .filter(({ what, at, status }) => what === kind && at > moment && status >= 200 && status < 300)
          .map(({ at, ms }) => at + ms),
      ),
    ),
  ) - moment;

function latencies(sent: readonly SentRequest[]): string {
  const ms = sent.map((one) => one.ms).toSorted((one, other) => one - other);
  const share = (of: number): string =>
    `${(ms[Math.min(ms.length - 1, Math.floor(ms.length * of))] ?? 0).toFixed(1)} ms`;
  return `p50 ${share(0.5)}, p99 ${share(0.99)}, longest ${share(1)}`;
}
