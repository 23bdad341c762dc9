import { faultKinds, History, MixedLoad } from '@refundry/testing';
import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { Complaints } from './soak/complaints.js';
import { startSoakSystem } from './soak/system.js';
import { minuteOf, type Minute } from './soak/minutes.js';
import { trendTable } from './soak/table.js';
import { trendsOf } from './soak/trend.js';

const say = (line: string): void => {
  console.log(line);
};

/** Beyond it what was seen is forgotten, so that the load's own memory stays as it is. */
const remembered = { attempts: 500, reservations: 100 };
const writers = 4;
const seed = 1;

/**
 * Lets clients of all families work for an hour at a modest rate and looks what the processes hold.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchSoak({ minutes: wanted, rate }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const complaints = new Complaints();
  const { postgres, simulator, apps, account } = await startSoakSystem(cleanup, complaints, signal, say);
  const machine = await describeMachine(postgres.url);
  const history = new History(remembered.attempts);
  const load = new MixedLoad({
    seed,
    account,
    history,
    gateway: () => apps.get('gateway')!.url,
    omnitron: () => simulator.url,
    perSecond: rate,
    writers,
    reservations: remembered.reservations,
  });
  cleanup.defer(() => {
    load.close();
  });
  await load.prepare();
  say(`${wanted} minutes of at most ${rate} requests a second, by clients of all families.`);
  const enough = new AbortController();
  const working = load.run(AbortSignal.any([signal, enough.signal]));
  const minutes: Minute[] = [];
  try {
    while (minutes.length < wanted) {
      minutes.push(await minuteOf(apps, signal));
      say(`Minute ${minutes.length}: ${inWords(history)}; ${held(minutes.at(-1)!)}`);
    }
  } finally {
    enough.abort();
    await working;
  }
  const trends = trendsOf(minutes);
  say(`\n${trendTable(trends, minutes)}\n`);
  say(
    `${inWords(history)} in ${wanted} minutes. ` +
      `${faultKinds
        .map((kind) => `${history.findings.filter((finding) => finding.kind === kind).length} ${kind}`)
        .join(', ')}. ` +
      `Fatal lines, unhandled rejections and words that are no log: ${complaints.count}.`,
  );
  for (const { kind, subject, what } of history.findings) say(`${kind}: ${subject}: ${what}`);
  for (const line of complaints.lines) say(line);
  say(
    `Written to ${writeResults('soak', {
      machine,
      options: { minutes: wanted, rate },
      counts: history.counts,
      findings: history.findings,
      complaints: complaints.lines,
      trends,
      minutes: minutes.map((minute) => Object.fromEntries(minute)),
    })}.`,
  );
  if (history.findings.length > 0 || complaints.count > 0 || trends.some(({ verdict }) => verdict === 'grows'))
    process.exitCode = 1;
}

const inWords = ({ counts }: History): string =>
  `${Object.values(counts)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString('en')} requests, ${counts.unknown} without a certain answer`;

const held = (minute: Minute): string =>
  [...minute]
    .map(([app, { residentMiB, heapMiB }]) => `${app} ${residentMiB.toFixed(0)}/${heapMiB.toFixed(0)}`)
    .join(', ') + ' MiB resident/heap';
