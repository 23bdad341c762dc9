import { setTimeout as pause } from 'node:timers/promises';
import { KeepAliveConnection } from './keep-alive-connection.js';
import type { OpenLoad, OpenLoadReport, OpenRequest } from './open-load.js';
import { readOrder } from './order.js';

/**
 * A process of its own that asks so often, whatever becomes of what it asked before, and says what it saw as one line
 * of JSON.
 */
const order = await readOrder<OpenLoad>();
const tickMs = 1;
/** Requests unanswered by then are counted as failed. */
const patienceMs = 2000;

const url = new URL(order.url);
const requests = order.requests.map((request) => ({ name: request.name, bytes: bytesOf(request) }));
const free: KeepAliveConnection[] = [];
const answers = new Map<number, number>();
const goodMs: { name: string; ms: number }[] = [];
let [sent, unsent, broken, opened, pending] = [0, 0, 0, 0, 0];

function bytesOf({ method, path, headers, body = '' }: OpenRequest): Buffer {
  const fields = Object.entries({
    Host: url.host,
    ...headers,
    ...(body && { 'Content-Length': Buffer.byteLength(body) }),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${fields.join('')}\r\n${body}`);
}

function connection(): KeepAliveConnection | undefined {
  let one = free.pop();
  while (one && !one.isOpen) {
    opened -= 1;
    one = free.pop();
  }
  if (one || opened >= order.connections) return one;
  opened += 1;
  return new KeepAliveConnection(url);
}

/** @param at when it was to be asked, from which on it waits */
function ask(at: number): void {
  const one = connection();
  if (!one) {
    unsent += 1;
    return;
  }
  pending += 1;
  const { name, bytes } = requests[sent++ % requests.length]!;
  one.ask(bytes, {
    answered: (status) => {
      pending -= 1;
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) goodMs.push({ name, ms: performance.now() - at });
      free.push(one);
    },
    broken: () => {
      pending -= 1;
      opened -= 1;
      broken += 1;
    },
  });
}

const startedAt = performance.now();
const all = Math.round(order.seconds * order.perSecond);
const dueAt = (number: number): number => startedAt + (number * 1000) / order.perSecond;
for (let number = 0; number < all;) {
  const now = performance.now();
  while (number < all && dueAt(number) <= now) ask(dueAt(number++));
  await pause(tickMs);
}
const seconds = (performance.now() - startedAt) / 1000;
const impatientAt = performance.now() + patienceMs;
while (pending > 0 && performance.now() < impatientAt) await pause(10);

goodMs.sort((a, b) => a.ms - b.ms);
const quantile = (q: number, all = goodMs): number =>
  all[Math.min(all.length - 1, Math.floor(q * all.length))]?.ms ?? 0;
const p99MsOf = Object.fromEntries(
  [...Map.groupBy(goodMs, ({ name }) => name)].map(([name, ofName]) => [name, quantile(0.99, ofName)]),
);
const seen: OpenLoadReport = {
  seconds,
  sent,
  unsent,
  broken: broken + pending,
  good: goodMs.length,
  answers: Object.fromEntries(answers),
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
  p99MsOf,
  cpuSeconds: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
};
process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit());
