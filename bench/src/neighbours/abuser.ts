import { request as httpRequest, Agent, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { readOrder } from '../open-load/order.js';
import { pathOf, reasonsPage } from '../page.js';
import { documentOf } from '../supplier-refunds/documents.js';
import type { Abuse, AbuseOrder, AbuseSeen } from './abuse.js';
import { refunds } from './quiet-load.js';
import type { Client } from './system.js';

/**
 * A process of its own in which four accounts ask for too much, each over several connections, and write down what they
 * saw as one line of JSON.
 */
const { url, abuse, clients, seconds } = await readOrder<AbuseOrder>();
const { hostname, port } = new URL(url);
const endsAt = performance.now() + seconds * 1000;
const isOver = (): boolean => performance.now() >= endsAt;
const agent = new Agent({ keepAlive: true });
const answers = new Map<number, number>();
let [broken, readBytes] = [0, 0];

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sends the body itself. */
  readonly sendSlowly?: (write: (bytes: string) => void) => Promise<void>;
  /** How long it pauses after each piece of the answer. */
  readonly pauseMs?: number;
}

async function ask({ method = 'GET', path, headers, body, sendSlowly, pauseMs }: Asked): Promise<void> {
  const length =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' };
  const request = httpRequest({ agent, hostname, port, method, path, headers: { ...headers, ...length } });
  try {
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    if (sendSlowly)
      void sendSlowly((bytes) => {
        if (!request.destroyed) request.write(bytes);
      });
    else request.end(body);
    const [response] = await answered;
    answers.set(response.statusCode!, (answers.get(response.statusCode!) ?? 0) + 1);
    for await (const piece of response as AsyncIterable<Buffer>) {
      readBytes += piece.length;
      if (pauseMs) await pause(pauseMs);
    }
    if (sendSlowly) request.destroy();
  } catch {
    if (!isOver()) broken += 1;
    await pause(10);
  }
}

const line = documentOf('', 0).products[0]!;
/** As many lines as one document may have, of as many bytes as they may be: 14 MiB. */
const oneDocument = (): string =>
  JSON.stringify({
    ...documentOf('large', 0),
    products: Array.from({ length: 10_000 }, () => ({
      ...line,
      product_id: '漢'.repeat(150),
      receive_document_id: '漢'.repeat(300),
    })),
  });
/** 15 MiB of ordinary ones. */
const manyDocuments = (): string =>
  JSON.stringify(
    Array.from({ length: 1700 }, (_, index) => ({
      ...documentOf(`many-${index}`, index),
      products: Array.from({ length: 50 }, () => line),
    })),
  );
/** Half a megabyte, of which each line has five errors. */
const faulty = (): string =>
  JSON.stringify(
    Array.from({ length: 2000 }, (_, index) => ({
      ...documentOf(`faulty-${index}`, index),
      products: Array.from({ length: 50 }, () => ({})),
    })),
  );
const largeId = `large_${documentOf('', 0).shop_id}`;
const slowLength = { 'content-type': 'application/json', 'content-length': '1048576' };

async function sendBytes(write: (bytes: string) => void): Promise<void> {
  for (let number = 0; !isOver(); number += 1) {
    write(number === 0 ? '[' : ' ');
    await pause(500);
  }
}

interface Habit {
  /** Of each account. */
  readonly connections: number;
  /** Makes what one connection asks, again and again. */
  readonly of: (client: Client, connection: number) => Asked;
}

const habits: Readonly<Record<Exclude<Abuse, 'processors' | 'all'>, () => Habit>> = {
  pages: () => ({ connections: 16, of: ({ oms }) => ({ path: pathOf(reasonsPage), headers: oms }) }),
  searches: () => ({
    connections: 8,
    of: ({ oms }, connection) => ({
      path: `/api/v1/oms/customers/list-simple/?first_name=${encodeURIComponent(
        connection % 2 ? 'Ayşe' : 'Ömer',
      )}&sort=modified_date&page_size=100`,
      headers: oms,
    }),
  }),
  documents: () => {
    const bodies = [Buffer.from(oneDocument()), Buffer.from(manyDocuments())];
    return {
      connections: 4,
      of: ({ retail }, connection) =>
        connection % 2
          ? { path: `${refunds}${largeId}/`, headers: retail }
          : { method: 'POST', path: refunds, headers: retail, body: bodies[connection / 2]! },
    };
  },
  rows: () => ({
    connections: 4,
    of: ({ id, oms }, connection) => ({
      path: connection % 2 ? '/api/v1/oms/channels/' : `/api/v1/oms/channels/${id * 10 + 3}/`,
      headers: oms,
    }),
  }),
  errors: () => {
    const body = Buffer.from(faulty());
    return { connections: 4, of: ({ retail }) => ({ method: 'POST', path: refunds, headers: retail, body }) };
  },
  exports: () => ({
    connections: 10,
    of: ({ oms }, connection) => ({
      path: `/api/v1/oms/customers/list-simple/?format=${connection % 2 ? 'csv' : 'xlsx'}`,
      headers: oms,
      pauseMs: 100,
    }),
  }),
  bodies: () => ({
    connections: 32,
    of: ({ retail }) => ({
      method: 'POST',
      path: refunds,
      headers: { ...retail, ...slowLength },
      sendSlowly: sendBytes,
    }),
  }),
};

function run(kind: keyof typeof habits): Promise<void>[] {
  const { connections, of } = habits[kind]();
  return clients.flatMap((client) =>
    Array.from({ length: connections }, async (_, connection) => {
      while (!isOver()) await ask(of(client, connection));
    }),
  );
}

const spin = `const endsAt = performance.now() + ${seconds * 1000}; while (performance.now() < endsAt);`;

async function play(): Promise<void> {
  if (abuse === 'processors') {
    await Promise.all(Array.from({ length: 2 }, () => once(new Worker(spin, { eval: true }), 'exit')));
    return;
  }
  // Real clients have processors of their own.
  setPriority(10);
  const kinds = abuse === 'all' ? (Object.keys(habits) as (keyof typeof habits)[]) : [abuse];
  const working = Promise.all(kinds.flatMap(run));
  await Promise.race([working, pause(seconds * 1000)]);
}

await play();
const seen: AbuseSeen = { answers: Object.fromEntries(answers), broken, readMiB: readBytes / 1024 / 1024 };
process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit());
