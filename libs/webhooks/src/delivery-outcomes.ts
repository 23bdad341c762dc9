import { Inject, Injectable } from '@nestjs/common';
import { bySystem, recordDecision } from '@refundry/audit';
import { Batches, Semaphore } from '@refundry/concurrency';
import { publishEvent } from '@refundry/outbox';
import { arrayLiteral, Transactions } from '@refundry/persistence';
import { settingValue } from '@refundry/settings';
import type { EntityManager } from 'typeorm';
import type { ClaimedDelivery } from './delivery-claims.js';
import { discardOf } from './discarded-deliveries.js';
import { nextPauseMs } from './retry-schedule.js';
import type { AttemptOutcome } from './webhook-sender.js';
import { commitsUnawaited } from './webhook-tables.js';
import { webhooksOptionsToken, type WebhooksOptions } from './webhooks-options.js';

/** Nest's token for a source of numbers from 0 to below 1, for jitter. */
export const randomToken = Symbol('random numbers');

const gone = 410;
const minRecentAttempts = 2;

/** Outcomes are recorded beside requests, for which connections must be left. */
const maxConcurrent = 2;
/** Successes of an account in one transaction. */
const maxTogether = 100;

/** A delivery that has come. */
interface Success {
  readonly delivery: ClaimedDelivery;
  readonly outcome: AttemptOutcome;
}

/**
 * Records what attempts have come to, unless another worker has taken the lease: each failure in a transaction,
 * successes of an account together.
 */
@Injectable()
export class DeliveryOutcomes {
  private readonly records = new Semaphore({ max: maxConcurrent });
  private readonly successes = new Batches<Success>({
    max: maxTogether,
    work: (account, successes) => this.records.run(() => this.recordSuccesses(account, successes)),
  });

  constructor(
    private readonly transactions: Transactions,
    @Inject(webhooksOptionsToken)
    private readonly options: Pick<WebhooksOptions, 'endpoints' | 'decisions' | 'settings'>,
    @Inject(randomToken) private readonly random: () => number,
  ) {}

  record(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<void> {
    return outcome.isDelivered
      ? this.successes.add(delivery.account, { delivery, outcome })
      : this.records.run(() => this.recordFailure(delivery, outcome));
  }

  /** Gives a delivery back that was not sent to its end, because the process ends. */
  async release({ account, id, fence }: ClaimedDelivery): Promise<void> {
    await this.records.run(() =>
      this.transactions.run({ account, isBackground: true }, (transaction) =>
        transaction.query(
          `update webhook_delivery set lease_until = null, attempt_count = attempt_count - 1,
            round_attempts = round_attempts - 1
            where account_id = $1 and id = $2 and fence = $3 and ended_date is null`,
          [account, id, fence],
        ),
      ),
    );
  }

  private recordSuccesses(account: number, successes: readonly Success[]): Promise<void> {
    const ofDeliveries = (column: 'id' | 'fence'): string =>
      arrayLiteral(successes.map(({ delivery }) => delivery[column]));
    const ofOutcomes = (column: 'durationMs' | 'statusCode' | 'answer'): string =>
      arrayLiteral(successes.map(({ outcome }) => outcome[column]));
    return this.transactions.run({ account, isBackground: true }, async (transaction) => {
      await transaction.query(successesRecorded, [
        account,
        ofDeliveries('id'),
        ofDeliveries('fence'),
        ofOutcomes('durationMs'),
        ofOutcomes('statusCode'),
        ofOutcomes('answer'),
      ]);
    });
  }

  private async recordFailure(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<void> {
    const { account, attempts } = delivery;
    const pauseMs = nextPauseMs({ attempts, retryAfterMs: outcome.retryAfterMs }, this.random);
    await this.transactions.run({ account, isBackground: true }, async (transaction) => {
      if (!(await repeatLater(transaction, delivery, pauseMs))) return;
      await addAttempt(transaction, delivery, outcome);
      await this.noteFailure(transaction, delivery, outcome);
    });
  }

  private async noteFailure(
    transaction: EntityManager,
    { account, webhook }: ClaimedDelivery,
    { statusCode }: AttemptOutcome,
  ): Promise<void> {
    const [[endpoint]] = await transaction.query<[[{ is_hopeless: boolean; max_days: number }?], number]>(
      `with setting as (select ${settingValue(this.options.settings, 'webhook_failing_days')} as max_days)
        update webhook set failing_since = coalesce(failing_since, clock_timestamp()) from setting
        where account_id = $1 and id = $2 and is_active
        returning max_days, failing_since <= clock_timestamp() - max_days * interval '1 day' and (
          select count(*) from webhook_attempt where account_id = $1 and webhook_id = $2
            and started_date > clock_timestamp() - interval '24 hours') >= ${minRecentAttempts} as is_hopeless`,
      [account, webhook],
    );
    if (!endpoint) await discardOf(transaction, account, webhook);
    else if (statusCode === gone) await this.disable(transaction, account, webhook, 'The receiver answered 410.');
    else if (endpoint.is_hopeless)
      await this.disable(transaction, account, webhook, `All attempts of ${daysText(endpoint.max_days)} have failed.`);
  }

  private async disable(transaction: EntityManager, account: number, webhook: string, reason: string): Promise<void> {
    await transaction.query(
      `update webhook set is_active = false, disabled_date = clock_timestamp(), disabled_reason = $3
        where account_id = $1 and id = $2`,
      [account, webhook, reason],
    );
    await discardOf(transaction, account, webhook);
    const { endpoints, decisions } = this.options;
    await publishEvent(transaction, {
      account,
      type: endpoints.events.disabled,
      content: { webhook: Number(webhook) },
    });
    await recordDecision(transaction, bySystem('webhooks', account), {
      action: decisions.disabled,
      subject: webhook,
      before: { is_active: true },
      after: { is_active: false },
      reason,
    });
  }
}

function daysText(days: number): string {
  if (days === 1) return 'a day';
  return days === 5 ? 'five days' : `${days} days`;
}

/** SQL of the successes of an account: the deliveries that are still this worker's, their attempts, their endpoints. */
const successesRecorded = `
  with success as (
    select * from unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::text[])
      success(id, fence, duration_ms, status_code, answer)
  ), moved as (
    update webhook_delivery delivery set lease_until = null, status = 'delivered', next_attempt_date = null,
        ended_date = clock_timestamp(), delivered_date = clock_timestamp()
      from success where delivery.account_id = $1 and delivery.id = success.id and delivery.fence = success.fence
        and delivery.ended_date is null
      returning delivery.id, delivery.webhook_id, success.duration_ms, success.status_code, success.answer
  ), attempt as (
    insert into webhook_attempt (account_id, delivery_id, webhook_id, started_date, duration_ms, status_code, answer)
      select $1, id, webhook_id, clock_timestamp() - duration_ms * interval '1 ms', duration_ms, status_code, answer
      from moved
  )
  update webhook set last_success_date = clock_timestamp(), failing_since = null
    where account_id = $1 and id in (select webhook_id from moved) returning ${commitsUnawaited}`;

/** @param pauseMs until the next attempt; undefined after the last one @returns whether the delivery was still ours */
async function repeatLater(
  transaction: EntityManager,
  { account, id, fence }: ClaimedDelivery,
  pauseMs: number | undefined,
): Promise<boolean> {
  const [, moved] = await transaction.query<[unknown[], number]>(
    `update webhook_delivery set lease_until = null,
        status = case when $4::float8 is null then 'failed' else 'retrying' end,
        next_attempt_date = clock_timestamp() + $4::float8 * interval '1 ms',
        ended_date = case when $4::float8 is null then clock_timestamp() end
      where account_id = $1 and id = $2 and fence = $3 and ended_date is null`,
    [account, id, fence, pauseMs ?? null],
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
