import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultKinds, History, MixedLoad, newLoadAccount, outcomes, type Finding } from '@refundry/testing';
import { timed } from '../system/until.js';
import { compareAtRest, untilQuiet } from './seeds/compare-at-rest.js';
import { inWords, loadMs, planOf } from './seeds/fault-plan.js';
import { fatalLines, keepLogs } from './seeds/logs.js';
import { FaultInjector } from './seeds/fault-injector.js';
import { WebhookReceiver } from './seeds/webhook-receiver.js';

/** `npm run test:faults` says which; one that failed fails again by its number. */
const seeds = (process.env.FAULT_SEEDS ?? '1').split(',').map(Number);
const attemptsKept = 20_000;
/** Of supplier refunds, and of reservations: so many that every kill finds something under way. */
const writers = 6;
/** Less than a process is frozen: others do what was asked of it, and it goes on with what it had. */
const timeoutMs = 2000;
const maxHoldMs = 180_000;

let system: FaultInjector;
const found: Finding[] = [];

beforeAll(async () => {
  system = await FaultInjector.start();
}, maxHoldMs);

afterAll(async () => {
  say(`${seeds.length} seeds: ${inNumbers(found)}`);
  await system.stop();
}, maxHoldMs);

describe('nothing is lost, doubled or made up, whatever is killed, frozen or restarted under load', () => {
  it.each(seeds)(
    'with seed %d',
    async (seed) => {
      const plan = planOf(seed);
      const {
        ms,
        result: { history, findings },
      } = await timed(() => play(seed));
      found.push(...findings);
      say(
        `seed ${seed}: ${plan.map(inWords).join(', ')}; ` +
          `${outcomes.map((outcome) => `${history.counts[outcome]} ${outcome}`).join(', ')}; ` +
          `${inNumbers(findings)}; ${(ms / 1000).toFixed(1)} s`,
      );
      if (findings.length > 0) report(seed, history, findings);
      expect(findings).toEqual([]);
    },
    maxHoldMs,
  );
});

/** Everything that a seed decides, from a new account to the comparison at rest. */
async function play(seed: number): Promise<{ history: History; findings: readonly Finding[] }> {
  const { running } = system;
  const { url, username, password } = running.simulator;
  const account = await newLoadAccount(
    (commands) => Promise.all(commands.map(({ parameters, input }) => running.commandWith(input, ...parameters))),
    `seed-${seed}-${Date.now()}`,
    { url, username, password },
  );
  const history = new History(attemptsKept);
  const load = new MixedLoad({
    seed,
    account,
    history,
    gateway: () => system.entrance,
    omnitron: () => url,
    timeoutMs,
    writers,
  });
  const receiver = await WebhookReceiver.start();
  try {
    await receiver.register(system.entrance, account);
    await load.prepare();
    const end = new AbortController();
    const working = load.run(end.signal);
    await Promise.all([system.inject(planOf(seed)), passed(loadMs)]);
    await system.recovers();
    end.abort();
    await working;
    await load.check();
    const unquiet = await untilQuiet(running);
    return {
      history,
      findings: [
        ...history.findings,
        ...unquiet,
        ...(await compareAtRest(running, load, account.id, system.events)),
        ...(await receiver.compare(running, account.id)),
        ...deaths(),
      ],
    };
  } finally {
    load.close();
    receiver.stop();
  }
}

/** Ends that nobody asked for, and what was said before one. */
function deaths(): Finding[] {
  const ended = system.endedByThemselves.map((app): Finding => ({
    kind: 'wrong answer',
    subject: app.name,
    what: app.exitSummary(),
  }));
  const fatal = fatalLines(system.alive).map((line): Finding => ({
    kind: 'wrong answer',
    subject: 'the log',
    what: line.slice(0, 500),
  }));
  return [...ended, ...fatal];
}

/** The finding, the history of the clients concerned, and how to reproduce it. */
function report(seed: number, history: History, findings: readonly Finding[]): void {
  const clients = [...new Set(findings.map(({ subject }) => subject.split(' ')[0]!))];
  const lines = [
    ...findings.map(({ kind, subject, what }) => `${kind}: ${subject}: ${what}`),
    ...clients.flatMap((client) => [
      `The last that ${client} saw:`,
      ...history.excerpt(client).map((line) => `  ${line}`),
    ]),
    `Again: npm run test:faults -- --seed ${seed}`,
  ];
  const place = keepLogs(`seed-${seed}`, system.running.everyApp, lines.join('\n'));
  say(`${lines.slice(0, 60).join('\n')}\nLogs: ${place}`);
}

const inNumbers = (findings: readonly Finding[]): string =>
  faultKinds.map((kind) => `${findings.filter((finding) => finding.kind === kind).length} ${kind}`).join(', ');

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** The length of the load, not a wait for something to happen. */
const passed = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
