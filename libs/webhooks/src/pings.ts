import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyLimiter } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { addAttempt } from './delivery-outcomes.js';
import type { DeliveredEvent, WebhookFormat } from './webhook-message.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender, type AttemptOutcome, type WebhookTarget } from './webhook-sender.js';
import { webhooksOptionsToken, type WebhooksOptions } from './webhooks-options.js';
import { idOf } from './webhooks.service.js';

/** Sends pings: one attempt, made while the caller waits. They are listed among the deliveries. */
@Injectable()
export class Pings {
  private readonly type: string;

  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
    private readonly slots: ConcurrencyLimiter,
    @Inject(webhooksOptionsToken) { endpoints }: WebhooksOptions,
  ) {
    this.type = endpoints.events.pinged.type;
  }

  /** @throws Failure `not_found`, `overloaded`, `busy_account` */
  async ping(account: number, key: string): Promise<AttemptOutcome> {
    const id = idOf(key);
    const release = this.slots.acquire(account);
    try {
      const target = await this.targetOf(account, id);
      const event: DeliveredEvent = {
        id: randomUUID(),
        type: this.type,
        occurred: new Date().toISOString(),
        subject: `webhooks/${id}`,
        data: JSON.stringify({ webhook: Number(id) }),
      };
      const outcome = await this.sender.attempt(event, target, new AbortController().signal);
      await this.record(account, id, event, outcome);
      return outcome;
    } finally {
      release();
    }
  }

  private async targetOf(account: number, id: string): Promise<WebhookTarget> {
    const [row] = await this.transactions.run({ account }, (transaction) =>
      transaction.query<{ url: string; format: WebhookFormat; sealed_secret: string; former: string | null }[]>(
        `select url, format, sealed_secret, case when former_until > clock_timestamp() then former_sealed_secret end
          as former from webhook where account_id = $1 and id = $2`,
        [account, id],
      ),
    );
    if (!row) throw new Failure('not_found');
    return { url: row.url, format: row.format, secrets: this.secrets.open(account, [row.sealed_secret, row.former]) };
  }

  private async record(
    account: number,
    webhook: string,
    event: DeliveredEvent,
    outcome: AttemptOutcome,
  ): Promise<void> {
    await this.transactions.run({ account }, async (transaction) => {
      const [{ id }] = await transaction.query<[{ id: string }]>(
        `insert into webhook_delivery (account_id, webhook_id, event_id, event_type, occurred, subject, data, status,
            attempt_count, ended_date, delivered_date)
          values ($1, $2, $3, $4, $5, $6, $7, case when $8::boolean then 'delivered' else 'failed' end, 1,
            clock_timestamp(), case when $8::boolean then clock_timestamp() end) returning id`,
        [account, webhook, event.id, event.type, event.occurred, event.subject, event.data, outcome.isDelivered],
      );
      await addAttempt(transaction, { account, id, webhook }, outcome);
    });
  }
}
