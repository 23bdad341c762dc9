import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createAuditEntries } from '@refundry/audit';
import { ConcurrencyLimiter } from '@refundry/concurrency';
import { Egress, type EgressOptions } from '@refundry/egress';
import { createEventLog, createOutbox, EventLogger, publishEvent } from '@refundry/outbox';
import { createRowCounts, dataSourceOf, ReadPool, Transactions, type Shards } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { auditedActions, BooleanField, eventType, IntegerField, StringField, type EventType } from '@refundry/resource';
import { createSettings } from '@refundry/settings';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { DeliveryClaims } from '../delivery-claims.js';
import { DeliveryFanOut } from '../delivery-fan-out.js';
import { DeliveryOutcomes } from '../delivery-outcomes.js';
import { DeliveryPurge } from '../delivery-purge.js';
import { attemptSlots, DeliveryWorker } from '../delivery-worker.js';
import { Pings } from '../pings.js';
import { Replays } from '../replays.js';
import { SecretResealing } from '../secret-resealing.js';
import { WebhookSecrets } from '../webhook-secrets.js';
import { WebhookSender } from '../webhook-sender.js';
import { createWebhooks } from '../webhook-tables.js';
import type { WebhookDecisions, WebhooksOptions, WebhookValues } from '../webhooks-options.js';
import { WebhooksService } from '../webhooks.service.js';

class Numbered {
  @IntegerField({ label: 'Number' }) n!: number;
}

class OfWebhook {
  @IntegerField({ label: 'Webhook' }) webhook!: number;
}

const typeOf = <T extends object>(type: string, of: new () => T, example: T): EventType<T> =>
  eventType({ family: 'retail', type, version: 1, summary: type, of, example });

export const saved = typeOf('document.saved', Numbered, { n: 1 });
export const removed = typeOf('document.removed', Numbered, { n: 1 });
const disabled = typeOf('webhook.disabled', OfWebhook, { webhook: 1 });
const pinged = typeOf('webhook.pinged', OfWebhook, { webhook: 1 });

class RecordedWebhook implements WebhookValues {
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @StringField({ label: 'Description' }) description!: string;
}

class RecordedReplay {
  @IntegerField({ label: 'Queued' }) queued!: number;
}

class RecordedDelivery {
  @IntegerField({ label: 'ID' }) id!: number;
}

const ofWebhooks = { service: 'supplier-refund', subjectType: 'webhook' };
const decisions: WebhookDecisions = {
  ...auditedActions({
    ...ofWebhooks,
    of: RecordedWebhook,
    fields: ['is_active', 'description'],
    actions: { created: '', changed: '', removed: '', secret_rotated: '', disabled: '' },
  }),
  ...auditedActions({ ...ofWebhooks, of: RecordedReplay, fields: ['queued'], actions: { replayed: '' } }),
  ...auditedActions({ ...ofWebhooks, of: RecordedDelivery, fields: ['id'], actions: { delivery_resent: '' } }),
};

/** An entry of the record of decisions. */
interface RecordedDecision {
  readonly actor: string | null;
  readonly action: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly reason: string | null;
}

export const newKey = (): string => randomBytes(32).toString('base64');

const everyShard = Array.from({ length: 16 }, (_, shard) => shard);

/** One replica of a service's webhooks. */
export interface Replica {
  readonly worker: DeliveryWorker;
  readonly logger: EventLogger;
  readonly purge: DeliveryPurge;
  readonly resealing: SecretResealing;
  readonly webhooks: WebhooksService;
  readonly replays: Replays;
  readonly pings: Pings;
  readonly claims: DeliveryClaims;
  readonly outcomes: DeliveryOutcomes;
  stop(): Promise<void>;
}

/** A row of `webhook_delivery`, with the attempts at it. */
export interface StoredDelivery {
  readonly id: string;
  readonly account_id: number;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly status: string;
  readonly attempt_count: number;
  readonly seconds: number | null;
  readonly attempts: readonly { status_code: number | null; error: string | null; answer: string }[];
}

/** Webhooks on a database of their own. */
export class WebhookBench {
  private readonly replicas: Replica[] = [];
  secretKey = newKey();
  readonly transactions: Transactions;

  private constructor(
    private readonly application: DataSource,
    readonly readPool: ReadPool,
    readonly owner: pg.Client,
  ) {
    this.transactions = new Transactions(application);
  }

  static async start({ url, ownerUrl }: { url: string; ownerUrl: string }): Promise<WebhookBench> {
    const roles = rolesOf('supplier-refund');
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    await owner.query(
      `${createRowCounts(roles)} ${createOutbox(roles)} ${createEventLog(roles)} ${createWebhooks(roles)}
        ${createAuditEntries(roles)} ${createSettings(roles)}`,
    );
    const readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
    await readPool.onModuleInit();
    return new WebhookBench(await dataSourceOf(url, []).initialize(), readPool, owner);
  }

  async stop(): Promise<void> {
    await this.stopReplicas();
    await this.readPool.onApplicationShutdown();
    await this.application.destroy();
    await this.owner.end();
  }

  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.stop()));
  }

  async clear(): Promise<void> {
    await this.stopReplicas();
    await this.owner.query(
      `delete from outbox; delete from event; delete from webhook; delete from webhook_delivery;
        delete from webhook_attempt; delete from audit_entry; delete from account_settings`,
    );
  }

  /** @param options of its connections to receivers, at private addresses unless it is said */
  replica(options: Partial<EgressOptions> = {}): Replica {
    const { readPool, transactions } = this;
    const shards = { held: everyShard } as unknown as Shards;
    const secrets = new WebhookSecrets(this.secretKey);
    const sender = new WebhookSender(new Egress({ timeoutMs: 1500, allowsPrivateAddresses: true, ...options }));
    const logger = new EventLogger(readPool, transactions, shards, [saved, removed, disabled]);
    const slots = new ConcurrencyLimiter(attemptSlots);
    const claims = new DeliveryClaims(transactions, secrets);
    const webhookOptions = {
      endpoints: { events: { disabled, pinged } },
      decisions,
      settings: { defaults: { webhook_failing_days: 5 } },
      types: [saved, removed, disabled, pinged],
      allowsPlain: true,
    } as unknown as WebhooksOptions;
    const outcomes = new DeliveryOutcomes(transactions, webhookOptions, () => 0.5);
    const worker = new DeliveryWorker(readPool, shards, claims, outcomes, sender, logger, new DeliveryFanOut(), slots);
    const purge = new DeliveryPurge(readPool, transactions, shards);
    const resealing = new SecretResealing(readPool, transactions, shards, secrets);
    const replica = {
      worker,
      logger,
      purge,
      resealing,
      claims,
      outcomes,
      webhooks: new WebhooksService(transactions, secrets, webhookOptions),
      replays: new Replays(transactions, worker, webhookOptions),
      pings: new Pings(transactions, secrets, sender, slots, webhookOptions),
      stop: async () => {
        await Promise.all([worker, logger, purge, resealing].map((task) => task.beforeApplicationShutdown()));
        await sender.onApplicationShutdown();
      },
    };
    worker.onModuleInit();
    this.replicas.push(replica);
    return replica;
  }

  /** A replica that logs events and sends. */
  running(options?: Partial<EgressOptions>): Replica {
    const replica = this.replica(options);
    replica.worker.onApplicationBootstrap();
    replica.logger.onApplicationBootstrap();
    return replica;
  }

  publish(n: number, { account = 1, type = saved } = {}): Promise<void> {
    return this.transactions.run({ account }, (transaction) =>
      publishEvent(transaction, { account, type, content: { n } }),
    );
  }

  async deliveries(webhook?: string): Promise<StoredDelivery[]> {
    const { rows } = await this.owner.query<StoredDelivery>(
      `select id, account_id, webhook_id, event_id, status, attempt_count,
          extract(epoch from next_attempt_date - clock_timestamp())::float8 as seconds,
          (select coalesce(json_agg(json_build_object('status_code', status_code, 'error', error, 'answer', answer)
            order by id), '[]') from webhook_attempt where delivery_id = delivery.id) as attempts
        from webhook_delivery delivery where $1::bigint is null or webhook_id = $1 order by id`,
      [webhook ?? null],
    );
    return rows;
  }

  /** The decisions on a webhook, in their order. */
  async decisionsOn(webhook: string): Promise<RecordedDecision[]> {
    const { rows } = await this.owner.query<RecordedDecision>(
      'select actor, action, before, after, reason from audit_entry where subject_id = $1 order by id',
      [webhook],
    );
    return rows;
  }

  /** Lets what waits for its next attempt have it now. */
  async skipPauses(): Promise<void> {
    await this.owner.query(
      `update webhook_delivery set next_attempt_date = clock_timestamp() 
        where ended_date is null and lease_until is null`,
    );
  }

  /** Resolves once the deliveries are so. */
  async until(isSo: (deliveries: readonly StoredDelivery[]) => boolean, webhook?: string): Promise<StoredDelivery[]> {
    for (;;) {
      const deliveries = await this.deliveries(webhook);
      if (isSo(deliveries)) return deliveries;
      await pause(5); // without it, who asks takes the processor from who works
    }
  }
}
