import pg from 'pg';
import type { RefundSystem } from '../supplier-refunds/system.js';
import type { Publisher } from './publisher.js';
import type { Receiver } from './receiver.js';

/** As many as an endpoint may be sent at once. */
const senders = 10;

/** Publishes events as fast as it can and waits until the webhook has them. @returns events in a second */
export async function deliverOurs(publisher: Publisher, receiver: Receiver, count: number): Promise<number> {
  const [begun, before] = [performance.now(), receiver.lags.size];
  await publisher.publishAll(count);
  await receiver.received(before + count);
  return (count / (performance.now() - begun)) * 1000;
}

/** The loop that anybody would write: a row is inserted, then sent by `fetch`. @returns events in a second */
export async function deliverBare({ database, account }: RefundSystem, url: string, count: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: senders });
  try {
    await pool.query('create table if not exists bare (id bigint primary key, account_id integer, payload json)');
    await pool.query('truncate bare');
    const begun = performance.now();
    let next = 0;
    const send = async (): Promise<void> => {
      while (next < count) await insertAndSend(pool, account, url, next++);
    };
    await Promise.all(Array.from({ length: senders }, send));
    return (count / (performance.now() - begun)) * 1000;
  } finally {
    await pool.end();
  }
}

async function insertAndSend(pool: pg.Pool, account: number, url: string, id: number): Promise<void> {
  const body = JSON.stringify({ type: 'bare', timestamp: new Date().toISOString(), data: { documents: [`${id}`] } });
  await pool.query('insert into bare values ($1, $2, $3)', [id, account, body]);
  const response = await fetch(url, { method: 'POST', headers: { 'webhook-id': `bare-${id}` }, body });
  if (!response.ok) throw new Error(`The receiver answered ${response.status}.`);
}
