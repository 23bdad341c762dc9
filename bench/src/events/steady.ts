import { connect, type NatsConnection } from '@nats-io/transport-node';
import { connected } from '../system/connected.js';
import type { RefundSystem } from '../supplier-refunds/system.js';
import type { Publisher } from './publisher.js';
import type { Receiver } from './receiver.js';

/** How late events come to each of those who read them, in milliseconds after they occurred. */
export interface Lags {
  readonly log: Percentiles;
  readonly jetStream: Percentiles;
  readonly webhook: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const perSecond = 500;

interface SteadyLoad {
  readonly system: RefundSystem;
  readonly publisher: Publisher;
  readonly receiver: Receiver;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Publishes 500 events in a second for a while, and waits until everybody has them. */
export async function measureLags({ system, publisher, receiver, seconds, signal }: SteadyLoad): Promise<Lags> {
  const nats = await connect({ servers: system.nats.url() });
  try {
    const onJetStream = collectLags(nats);
    const before = receiver.lags.size;
    await publisher.publishSteadily(perSecond, seconds, signal);
    await receiver.received(before + perSecond * seconds);
    return {
      log: await lagOfLog(system),
      jetStream: percentiles(onJetStream),
      webhook: percentiles([...receiver.lags.values()].slice(before)),
    };
  } finally {
    await nats.close();
  }
}

function collectLags(nats: NatsConnection): number[] {
  const lags: number[] = [];
  nats.subscribe('events.supplier-refund.>', {
    callback: (_error, message) => {
      const { occurred } = message.json<{ occurred: string }>();
      lags.push(Date.now() - Date.parse(occurred));
    },
  });
  return lags;
}

/** A position is the time at which an event was logged, in microseconds since 1970. */
const lagOfLog = ({ database, account }: RefundSystem): Promise<Percentiles> =>
  connected(database.ownerUrl, async (client) => {
    const { rows } = await client.query<{ ms: number }>(
      `select (position / 1000.0 - extract(epoch from occurred) * 1000)::float8 as ms from event
        where account_id = $1`,
      [account],
    );
    return percentiles(rows.map(({ ms }) => ms));
  });

export function percentiles(figures: readonly number[]): Percentiles {
  const sorted = figures.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
