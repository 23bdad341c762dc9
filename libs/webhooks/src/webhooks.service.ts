import { Inject, Injectable } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { Failure } from '@refundry/errors';
import { isWholeNumber, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { discardOf } from './discarded-deliveries.js';
import { newSecret } from './signature.js';
import { checkWebhook, type WebhookInput } from './webhook-input.js';
import { WebhookSecrets } from './webhook-secrets.js';
import {
  webhooksOptionsToken,
  type WebhookDecisions,
  type WebhooksOptions,
  type WebhookValues,
} from './webhooks-options.js';

/** Each may have ten attempts at once; together they fit into an account's slots, so that none waits for another. */
const maxWebhooks = 20;
const defaultOverlapHours = 24;

/** A secret that is shown this once. */
export interface NewSecret {
  readonly secret: string;
  /** Until when the former one signs too. */
  readonly overlap_until: string | null;
}

/** Registers, changes and removes the endpoints of an account. */
@Injectable()
export class WebhooksService {
  private readonly decisions: WebhookDecisions;
  private readonly rules: { readonly types: readonly string[]; readonly allowsPlain: boolean };

  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: WebhookSecrets,
    @Inject(webhooksOptionsToken) { types, endpoints, decisions, allowsPlain }: WebhooksOptions,
  ) {
    this.decisions = decisions;
    const { service } = endpoints.events.disabled;
    this.rules = {
      types: types.filter((type) => type.service === service).map(({ type }) => type),
      allowsPlain,
    };
  }

  /** @throws Failure `invalid`, `conflict` when there are too many */
  async create(by: DecidedBy, input: WebhookInput): Promise<{ readonly id: string; readonly secret: string }> {
    checkWebhook(input, this.rules);
    const { account } = by;
    const { url, description = '', event_types: types, format = 'standard', is_active: isActive = true } = input;
    const secret = newSecret();
    const id = await this.transactions.run({ account }, async (transaction) => {
      const [{ count }] = await transaction.query<[{ count: string }]>(
        'select count(*) from webhook where account_id = $1',
        [account],
      );
      if (Number(count) >= maxWebhooks) throw new Failure('conflict', `There are ${maxWebhooks} webhooks already.`);
      const [row] = await transaction.query<[{ id: string }]>(
        `insert into webhook (account_id, url, description, event_types, format, is_active, disabled_date,
            disabled_reason, sealed_secret)
          values ($1, $2, $3, $4, $5, $6::boolean, case when not $6::boolean then clock_timestamp() end,
            case when not $6::boolean then '${disabledByRequest}' end, $7) returning id`,
        [account, url, description, JSON.stringify(types), format, isActive, this.secrets.seal(account, secret)],
      );
      const after = { url, description, event_types: types, format, is_active: isActive };
      await recordDecision(transaction, by, { action: this.decisions.created, subject: row.id, after });
      return row.id;
    });
    return { id, secret };
  }

  /** @throws Failure `not_found`, `invalid` */
  async update(by: DecidedBy, key: string, input: WebhookInput): Promise<void> {
    const id = idOf(key);
    const { account } = by;
    checkWebhook(input, this.rules);
    const { url, description, event_types: types, format, is_active: isActive } = input;
    await this.transactions.run({ account }, async (transaction) => {
      const before = await lockValues(transaction, account, id);
      await transaction.query(changeWebhook, [
        account,
        id,
        url ?? null,
        description ?? null,
        types ? JSON.stringify(types) : null,
        format ?? null,
        isActive ?? null,
      ]);
      if (isActive === false) await discardOf(transaction, account, id);
      const after = { ...before, ...input };
      await recordDecision(transaction, by, { action: this.decisions.changed, subject: id, before, after });
    });
  }

  /** @throws Failure `not_found` */
  async remove(by: DecidedBy, key: string): Promise<void> {
    const id = idOf(key);
    const { account } = by;
    await this.transactions.run({ account }, async (transaction) => {
      const before = await lockValues(transaction, account, id);
      await transaction.query('delete from webhook where account_id = $1 and id = $2', [account, id]);
      await discardOf(transaction, account, id);
      await recordDecision(transaction, by, { action: this.decisions.removed, subject: id, before });
    });
  }

  /** @throws Failure `not_found` */
  async rotateSecret(by: DecidedBy, key: string, overlapHours = defaultOverlapHours): Promise<NewSecret> {
    const id = idOf(key);
    const { account } = by;
    const secret = newSecret();
    const formerUntil = await this.transactions.run({ account }, async (transaction) => {
      const [[row]] = await transaction.query<[[{ former_until: string | null }?], number]>(rotate, [
        account,
        id,
        this.secrets.seal(account, secret),
        overlapHours,
      ]);
      if (!row) throw new Failure('not_found');
      await recordDecision(transaction, by, { action: this.decisions.secret_rotated, subject: id });
      return row.former_until;
    });
    return { secret, overlap_until: formerUntil === null ? null : formatTimestamp(formerUntil) };
  }
}

/** Locks an endpoint until the transaction ends. @throws Failure `not_found` */
async function lockValues(transaction: EntityManager, account: number, id: string): Promise<WebhookValues> {
  const [values] = await transaction.query<[WebhookValues?]>(
    `select url, description, event_types, format, is_active from webhook where account_id = $1 and id = $2
      for no key update`,
    [account, id],
  );
  if (!values) throw new Failure('not_found');
  return values;
}

/** SQL of a new secret, beside which the former one signs for a while. */
const rotate = `
  update webhook set sealed_secret = $3, modified_date = clock_timestamp(),
    former_sealed_secret = case when $4::integer > 0 then sealed_secret end,
    former_until = case when $4::integer > 0 then clock_timestamp() + $4::integer * interval '1 hour' end
  where account_id = $1 and id = $2 returning former_until::text`;

/** @throws Failure `not_found` for a key that no row can have */
export function idOf(key: string): string {
  if (!isWholeNumber(key)) throw new Failure('not_found');
  return key;
}

const disabledByRequest = 'Disabled by a request.';

/** An endpoint that is made active again begins anew. */
const changeWebhook = `
  update webhook set url = coalesce($3, url), description = coalesce($4, description),
    event_types = coalesce($5::json, event_types), format = coalesce($6, format),
    is_active = coalesce($7::boolean, is_active), modified_date = clock_timestamp(),
    disabled_date = case when $7::boolean then null when not $7::boolean and is_active then clock_timestamp()
      else disabled_date end,
    disabled_reason = case when $7::boolean then null when not $7::boolean and is_active then '${disabledByRequest}'
      else disabled_reason end,
    failing_since = case when $7::boolean and not is_active then null else failing_since end
  where account_id = $1 and id = $2`;
