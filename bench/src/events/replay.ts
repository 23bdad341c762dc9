import type { RefundSystem } from '../supplier-refunds/system.js';
import { connected } from '../system/connected.js';
import type { Receiver } from './receiver.js';

/** A replay of everything that is in the log. */
export interface ReplayCost {
  readonly events: number;
  /** Until it was answered that they are queued. */
  readonly queuedSeconds: number;
  readonly deliveredPerSecond: number;
}

const day = 24 * 60 * 60_000;

/** Fills the log with events of the last day and has them sent to the webhook. */
export async function measureReplay(
  system: RefundSystem,
  receiver: Receiver,
  webhook: number,
  events: number,
): Promise<ReplayCost> {
  await connected(system.database.ownerUrl, async (client) => {
    await client.query('delete from event where account_id = $1', [system.account]);
    await client.query(loading, [system.account, events]);
  });
  const before = receiver.lags.size;
  const begun = performance.now();
  const { queued } = (await post(system, `webhooks/${webhook}/replay/`, {
    since: new Date(Date.now() - day).toISOString(),
    only: 'all',
  })) as { queued: number };
  if (queued !== events) throw new Error(`${queued} of ${events} events were queued.`);
  const queuedSeconds = (performance.now() - begun) / 1000;
  await receiver.received(before + events);
  return { events, queuedSeconds, deliveredPerSecond: (events / (performance.now() - begun)) * 1000 };
}

const loading = `
  with last as (
    update event_position set id = id + $2, position = position + $2::integer where account_id = $1
    returning id - $2 as id, position - $2 as position
  )
  insert into event (account_id, id, position, event_id, type, version, occurred, subject, data)
  select $1, last.id + n, last.position + n, gen_random_uuid()::text, 'supplier_refund.document.saved', 1,
    clock_timestamp(), 'supplier-refunds/' || n, json_build_object('documents', json_build_array(n::text))
  from last, generate_series(1, $2::integer) n`;

/** Posts to the retail API. @throws one sentence when it is refused */
export async function post({ gateway, token }: RefundSystem, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${gateway.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was refused: ${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
