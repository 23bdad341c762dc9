import { Inject, Injectable } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { Failure, invalid } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { DeliveryWorker } from './delivery-worker.js';
import { complaintsOfTypes, type ReplayInput } from './webhook-input.js';
import { isIdle, isWanted } from './webhook-tables.js';
import { webhooksOptionsToken, type WebhookDecisions, type WebhooksOptions } from './webhooks-options.js';
import { idOf } from './webhooks.service.js';

const maxReplayed = 100_000;
const replayMs = 30_000;

/** Queues deliveries again, each under the id of its event. */
@Injectable()
export class Replays {
  private readonly decisions: WebhookDecisions;
  private readonly types: readonly string[];

  constructor(
    private readonly transactions: Transactions,
    private readonly worker: DeliveryWorker,
    @Inject(webhooksOptionsToken) { types, endpoints, decisions }: WebhooksOptions,
  ) {
    this.decisions = decisions;
    this.types = types.filter(({ service }) => service === endpoints.events.disabled.service).map(({ type }) => type);
  }

  /** @throws Failure `not_found`, `conflict` while it is being sent, or when its endpoint is disabled */
  async resend(by: DecidedBy, webhookKey: string, key: string): Promise<void> {
    const { account } = by;
    const [webhook, id] = [idOf(webhookKey), idOf(key)];
    await this.transactions.run({ account }, async (transaction) => {
      await lockActive(transaction, account, webhook);
      const [delivery] = await transaction.query<{ is_idle: boolean; event_type: string }[]>(
        `select ${isIdle} as is_idle, event_type from webhook_delivery
          where account_id = $1 and webhook_id = $2 and id = $3 for update`,
        [account, webhook, id],
      );
      if (!delivery) throw new Failure('not_found');
      if (!delivery.is_idle) throw new Failure('conflict', 'The delivery is being sent at this moment.');
      await transaction.query(
        `update webhook_delivery set ${queuedAnew} where account_id = $1 and webhook_id = $2 and id = $3`,
        [account, webhook, id],
      );
      const after = { id: Number(id), event_type: delivery.event_type };
      await recordDecision(transaction, by, { action: this.decisions.delivery_resent, subject: webhook, after });
    });
    this.worker.wake();
  }

  /**
   * @returns how many were queued
   * @throws Failure `not_found`, `conflict` when the endpoint is disabled, `invalid` for unknown types and for too many
   *   events
   */
  async replay(by: DecidedBy, key: string, input: ReplayInput): Promise<number> {
    const { account } = by;
    const { since, until, types, only } = input;
    const webhook = idOf(key);
    const complaints = complaintsOfTypes(types ?? [], { types: this.types });
    if (complaints.length > 0) throw invalid({ types: complaints });
    const queued = await this.transactions.run({ account, timeoutMs: replayMs }, async (transaction) => {
      const wanted = await lockActive(transaction, account, webhook);
      const { count, queue } = only === 'failed' ? ofFailed : ofAll;
      const values = [account, webhook, since, until ?? 'infinity', types ? JSON.stringify(types) : wanted];
      const [{ events }] = await transaction.query<[{ events: string }]>(count, values);
      if (Number(events) > maxReplayed)
        throw invalid({ since: [`More than ${maxReplayed} events; choose a shorter time.`] });
      const [{ deliveries }] = await transaction.query<[{ deliveries: string }]>(queue, values);
      const after = { ...input, queued: Number(deliveries) };
      await recordDecision(transaction, by, { action: this.decisions.replayed, subject: webhook, after });
      return after.queued;
    });
    this.worker.wake();
    return queued;
  }
}

/** @returns the types that the endpoint wants, as JSON @throws Failure `not_found`, `conflict` */
async function lockActive(transaction: EntityManager, account: number, webhook: string): Promise<string> {
  const [endpoint] = await transaction.query<{ is_active: boolean; event_types: string }[]>(
    'select is_active, event_types::text from webhook where account_id = $1 and id = $2 for no key update',
    [account, webhook],
  );
  if (!endpoint) throw new Failure('not_found');
  if (!endpoint.is_active) throw new Failure('conflict', 'The webhook is disabled.');
  return endpoint.event_types;
}

const queuedAnew = `status = 'pending', round_attempts = 0, next_attempt_date = clock_timestamp(), ended_date = null,
  delivered_date = null, lease_until = null`;

const inTime = `occurred >= $3::timestamptz and occurred < $4::timestamptz`;
const failed = `from webhook_delivery where account_id = $1 and webhook_id = $2 and status in ('failed', 'discarded')
  and ${inTime} and ${isWanted('event_type', '$5::json')}`;
const logged = `from event where account_id = $1 and $2::bigint is not null and ${inTime}
  and ${isWanted('type', '$5::json')}`;

const countOf = (selection: string): string =>
  `select count(*) as events from (select ${selection} limit ${maxReplayed + 1}) found`;

/** SQL of what a replay would queue, and of queueing it. */
const ofFailed = {
  count: countOf(failed),
  queue: `with queued as (update webhook_delivery set ${queuedAnew} where account_id = $1
    and id in (select id ${failed}) returning id) select count(*) as deliveries from queued`,
};
const ofAll = {
  count: countOf(logged),
  queue: `with queued as (
      insert into webhook_delivery as known (account_id, webhook_id, event_id, event_type, occurred, subject, data,
          status, next_attempt_date)
        select $1, $2, event_id, type, occurred, subject, data, 'pending', clock_timestamp() ${logged} order by position
        on conflict (account_id, webhook_id, event_id) do update set ${queuedAnew} where known.ended_date is not null
        returning id)
    select count(*) as deliveries from queued`,
};
