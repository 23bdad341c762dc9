import { Inject, Injectable } from '@nestjs/common';
import { publishEvent } from '@refundry/outbox';
import { Transactions } from '@refundry/persistence';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { ClaimedDelivery } from './delivery-claims.js';
import { discardOf } from './discarded-deliveries.js';
import { nextPauseMs } from './retry-schedule.js';
import type { AttemptOutcome } from './webhook-sender.js';
import type { WebhookEventContent } from './webhooks-options.js';

/** Nest's token for the service's event of a disabled endpoint. */
export const disabledEventToken = Symbol('the event of a disabled webhook');
/** Nest's token for a source of numbers from 0 to below 1, for jitter. */
export const randomToken = Symbol('random numbers');

const gone = 410;
const maxFailing = '5 days';
const minRecentAttempts = 2;

/** Records what attempts have come to, each in one transaction, unless another worker has taken the lease. */
@Injectable()
export class DeliveryOutcomes {
  constructor(
    private readonly transactions: Transactions,
    @Inject(disabledEventToken) private readonly disabled: EventType<WebhookEventContent>,
    @Inject(randomToken) private readonly random: () => number,
  ) {}

  async record(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<void> {
    await this.transactions.run({ account: delivery.account, isBackground: true }, async (transaction) => {
      const pauseMs = outcome.isDelivered
        ? undefined
        : nextPauseMs({ attempts: delivery.attempts, retryAfterMs: outcome.retryAfterMs }, this.random);
      if (!(await moveOn(transaction, delivery, outcome, pauseMs))) return;
      await addAttempt(transaction, delivery, outcome);
      if (outcome.isDelivered) await noteSuccess(transaction, delivery);
      else await this.noteFailure(transaction, delivery, outcome);
    });
  }

  /** Gives a delivery back that was not sent to its end, because the process ends. */
  async release({ account, id, fence }: ClaimedDelivery): Promise<void> {
    await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query(
        `update webhook_delivery set lease_until = null, attempt_count = attempt_count - 1,
          round_attempts = round_attempts - 1 where account_id = $1 and id = $2 and fence = $3 and ended_date is null`,
        [account, id, fence],
      ),
    );
  }

  private async noteFailure(
    transaction: EntityManager,
    { account, webhook }: ClaimedDelivery,
    { statusCode }: AttemptOutcome,
  ): Promise<void> {
    const [[endpoint]] = await transaction.query<[[{ is_hopeless: boolean }?], number]>(
      `update webhook set failing_since = coalesce(failing_since, clock_timestamp())
        where account_id = $1 and id = $2 and is_active
        returning failing_since <= clock_timestamp() - interval '${maxFailing}' and (
          select count(*) from webhook_attempt where account_id = $1 and webhook_id = $2
            and started_date > clock_timestamp() - interval '24 hours') >= ${minRecentAttempts} as is_hopeless`,
      [account, webhook],
    );
    if (!endpoint) await discardOf(transaction, account, webhook);
    else if (statusCode === gone) await this.disable(transaction, account, webhook, 'The receiver answered 410.');
    else if (endpoint.is_hopeless)
      await this.disable(transaction, account, webhook, 'All attempts of five days have failed.');
  }

  private async disable(transaction: EntityManager, account: number, webhook: string, reason: string): Promise<void> {
    await transaction.query(
      `update webhook set is_active = false, disabled_date = clock_timestamp(), disabled_reason = $3
        where account_id = $1 and id = $2`,
      [account, webhook, reason],
    );
    await discardOf(transaction, account, webhook);
    await publishEvent(transaction, { account, type: this.disabled, content: { webhook: Number(webhook) } });
  }
}

/** @returns whether the delivery was still this worker's */
async function moveOn(
  transaction: EntityManager,
  { account, id, fence }: ClaimedDelivery,
  { isDelivered }: AttemptOutcome,
  pauseMs: number | undefined,
): Promise<boolean> {
  const status = isDelivered ? 'delivered' : pauseMs === undefined ? 'failed' : 'retrying';
  const [, moved] = await transaction.query<[unknown[], number]>(
    `update webhook_delivery set lease_until = null, status = $4::text,
        next_attempt_date = clock_timestamp() + $5::float8 * interval '1 ms',
        ended_date = case when $4::text <> 'retrying' then clock_timestamp() end,
        delivered_date = case when $4::text = 'delivered' then clock_timestamp() end
      where account_id = $1 and id = $2 and fence = $3 and ended_date is null`,
    [account, id, fence, status, pauseMs ?? null],
  );
  return moved > 0;
}

/** Adds an attempt that has just ended. */
export async function addAttempt(
  transaction: EntityManager,
  { account, id, webhook }: Pick<ClaimedDelivery, 'account' | 'id' | 'webhook'>,
  { durationMs, statusCode, error, answer }: AttemptOutcome,
): Promise<void> {
  await transaction.query(
    `insert into webhook_attempt (account_id, delivery_id, webhook_id, started_date, duration_ms, status_code, error,
        answer)
      values ($1, $2, $3, clock_timestamp() - $4::integer * interval '1 ms', $4, $5, $6, $7)`,
    [account, id, webhook, durationMs, statusCode, error, answer],
  );
}

async function noteSuccess(transaction: EntityManager, { account, webhook }: ClaimedDelivery): Promise<void> {
  await transaction.query(
    'update webhook set last_success_date = clock_timestamp(), failing_since = null where account_id = $1 and id = $2',
    [account, webhook],
  );
}
