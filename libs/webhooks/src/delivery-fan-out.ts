import { Injectable } from '@nestjs/common';
import type { LoggedEvent } from '@refundry/outbox';
import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { isWanted } from './webhook-tables.js';

/** Makes deliveries of events, one for each active endpoint of the account that wants the type. */
@Injectable()
export class DeliveryFanOut {
  /** In the transaction that logs them: an event that can be read is on its way. */
  async record(transaction: EntityManager, account: number, events: readonly LoggedEvent[]): Promise<void> {
    const [endpoint] = await transaction.query<unknown[]>(
      'select true from webhook where account_id = $1 and is_active limit 1',
      [account],
    );
    if (endpoint === undefined || events.length === 0) return;
    const column = (name: keyof LoggedEvent): string => arrayLiteral(events.map((event) => event[name]));
    await transaction.query(
      `insert into webhook_delivery (account_id, webhook_id, event_id, event_type, occurred, subject, data, status,
          next_attempt_date)
        select $1, webhook.id, event_id, type, occurred, subject, data, 'pending', clock_timestamp()
        from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::json[])
          with ordinality logged(event_id, type, occurred, subject, data, place)
        join webhook on webhook.account_id = $1 and is_active and ${isWanted('logged.type', 'webhook.event_types')}
        order by place, webhook.id
        on conflict (account_id, webhook_id, event_id) do nothing`,
      [account, column('id'), column('type'), column('occurred'), column('subject'), column('data')],
    );
  }
}
