import { Injectable } from '@nestjs/common';
import { arrayLiteral, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { DeliveredEvent, WebhookFormat } from './webhook-message.js';
import type { WebhookTarget } from './webhook-sender.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { commitsUnawaited, dueFrom, isDue, isLeased } from './webhook-tables.js';

/** Longer than an attempt and the record of it. */
const leaseSeconds = 60;
/** At once, of an endpoint. One that fails gets one at a time: its receiver is spared, and so are our slots. */
const maxConcurrent = 10;
const maxConcurrentFailing = 1;

/** A delivery that this process may send, and nobody else until its lease ends. */
export interface ClaimedDelivery {
  readonly account: number;
  readonly id: string;
  readonly webhook: string;
  /** Fencing token: a worker that is late records nothing. */
  readonly fence: number;
  /** Attempts since it was queued, this one included. */
  readonly attempts: number;
  readonly event: DeliveredEvent;
  /** @throws Error for a secret that was sealed with a key that we don't have; it delays no other endpoint */
  target(): WebhookTarget;
}

interface ClaimedRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly fence: number;
  readonly round_attempts: number;
  readonly event_id: string;
  readonly event_type: string;
  readonly occurred: string;
  readonly subject: string | null;
  readonly data: string;
  readonly url: string;
  readonly format: WebhookFormat;
  readonly sealed_secret: string;
  readonly former_sealed_secret: string | null;
}

/** Gives due deliveries to workers, each to one at a time. */
@Injectable()
export class DeliveryClaims {
  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Takes deliveries of an account, as many of each endpoint as it may have at once. It waits for no lock. */
  claim(account: number, limit: number): Promise<ClaimedDelivery[]> {
    return this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const endpoints = await lockEndpoints(transaction, account);
      if (endpoints.length === 0) return [];
      const rows = await claimOf(transaction, account, endpoints, limit);
      return rows.map((row) => this.claimed(account, row));
    });
  }

  private claimed(account: number, row: ClaimedRow): ClaimedDelivery {
    return {
      account,
      id: row.id,
      webhook: row.webhook_id,
      fence: row.fence,
      attempts: row.round_attempts,
      event: {
        id: row.event_id,
        type: row.event_type,
        occurred: formatTimestamp(row.occurred),
        subject: row.subject,
        data: row.data,
      },
      target: () => ({
        url: row.url,
        format: row.format,
        secrets: this.secrets.open(account, [row.sealed_secret, row.former_sealed_secret]),
      }),
    };
  }
}

/** Two workers that claimed of one endpoint would each count without what the other takes. */
async function lockEndpoints(transaction: EntityManager, account: number): Promise<string[]> {
  const rows = await transaction.query<{ id: string }[]>(
    `select id, ${commitsUnawaited} from webhook where account_id = $1 and is_active
      and (select true from webhook_delivery due where due.account_id = $1 and due.webhook_id = webhook.id and ${isDue}
        limit 1)
      order by id for no key update skip locked`,
    [account],
  );
  return rows.map(({ id }) => id);
}

async function claimOf(
  transaction: EntityManager,
  account: number,
  endpoints: readonly string[],
  limit: number,
): Promise<ClaimedRow[]> {
  // The deliveries are found by their key alone: an endpoint may have any number of them.
  const [rows] = await transaction.query<[ClaimedRow[], number]>(
    `with due as materialized (
      select due.id, due.since, webhook.id as webhook_id, url, format, sealed_secret,
        case when former_until > clock_timestamp() then former_sealed_secret end as former_sealed_secret
      from webhook cross join lateral (
        select id, ${dueFrom} as since from webhook_delivery
          where account_id = $1 and webhook_id = webhook.id and ${isDue} order by ${dueFrom}, id
          limit greatest(0, case when failing_since is null then ${maxConcurrent} else ${maxConcurrentFailing} end
            - (select count(*) from webhook_delivery sent where sent.account_id = $1 and sent.webhook_id = webhook.id
              and ${isLeased('sent')}))
          for update skip locked) due
      where webhook.account_id = $1 and webhook.id = any ($2::bigint[]) order by due.since, due.id limit $3
    )
    update webhook_delivery delivery set fence = fence + 1, attempt_count = attempt_count + 1,
        round_attempts = round_attempts + 1, lease_until = clock_timestamp() + interval '${leaseSeconds} s'
      from due where delivery.account_id = $1 and delivery.id = due.id
      returning delivery.id, due.webhook_id, fence, round_attempts, event_id, event_type, occurred::text, subject,
        data::text, url, format, sealed_secret, former_sealed_secret`,
    [account, arrayLiteral(endpoints), limit],
  );
  return rows;
}
