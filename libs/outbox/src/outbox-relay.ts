import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PermissionViolationError } from '@nats-io/transport-node';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { arrayLiteral, forEachSettled, ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import { EventLogger } from './event-logger.js';
import { EventStream } from './event-stream.js';

/** Of an account at a time; an event has 8 KiB at most. */
const pageSize = 100;
const everyMs = 1000;
const maxConcurrentAccounts = 4;

/** An event that lies in the outbox. */
interface PendingEvent {
  readonly id: string;
  readonly subject: string;
  readonly messageId: string;
  readonly payload: string;
}

/**
 * Publishes the events of this replica's shards that the log has, and deletes them from the outbox once the stream has
 * them too. Two replicas may publish the same event; its id makes them one, and receivers know it again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OutboxRelay');
  private readonly task = new PeriodicTask((signal) => this.round(signal), everyMs, roundWarning(this.logger));
  /** By account, the last of the pages that were taken since its first. */
  private readonly reached = new Map<number, string>();
  private isRefused = false;

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly stream: EventStream,
    private readonly shards: Shards,
    private readonly events: EventLogger,
  ) {}

  /**
   * Whether NATS is there and permits what was needed of it last. Without JetStream events wait, which is no reason to
   * serve nobody.
   */
  get isReady(): boolean {
    return this.stream.isConnected && !this.isRefused;
  }

  onApplicationBootstrap(): void {
    this.events.follow({
      wake: () => {
        this.task.triggerNow();
      },
    });
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      await this.publishAll(signal);
      this.isRefused = false;
    } catch (error) {
      this.isRefused = isPermissionViolation(error);
      throw error;
    }
  }

  /** Takes a page of each account that has some, past what can't be published. @throws the first failure, at the end */
  private async publishAll(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp || !this.stream.isConnected) return;
    const [reconciled] = await Promise.allSettled([this.stream.reconcile()]);
    if (this.stream.isThere)
      await sweepAccounts(this.readPool, this.shards, {
        table: 'outbox',
        condition: 'is_logged',
        maxConcurrent: maxConcurrentAccounts,
        signal,
        work: (account) => this.publishSome(account),
      });
    if (reconciled.status === 'rejected') throw reconciled.reason;
  }

  /** Publishes the next page of an account, and begins anew behind its last. */
  private async publishSome(account: number): Promise<void> {
    const page = await this.pendingAfter(account, this.reached.get(account));
    const last = page[pageSize - 1];
    if (last) this.reached.set(account, last.id);
    else this.reached.delete(account);
    try {
      await this.publish(account, page);
    } finally {
      if (last) this.task.triggerNow();
    }
  }

  /** In the order in which they were left. */
  private async pendingAfter(account: number, last = '0'): Promise<PendingEvent[]> {
    const rows = await this.readPool.rows({
      account,
      text: `select id, subject, message_id, payload from outbox
        where account_id = $1 and id > $2::int8 and is_logged order by id limit ${pageSize}`,
      values: [last],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([id, subject, messageId, payload]) => ({
      id: String(id),
      subject: String(subject),
      messageId: String(messageId),
      payload: String(payload),
    }));
  }

  /** An event that is not published keeps back no other. */
  private async publish(account: number, page: readonly PendingEvent[]): Promise<void> {
    const published: PendingEvent[] = [];
    try {
      await forEachSettled(page, pageSize, async (event) => {
        await this.publishOne(account, event);
        published.push(event);
      });
    } finally {
      if (published.length > 0) await this.remove(account, published);
    }
  }

  private async publishOne(account: number, { subject, messageId, payload }: PendingEvent): Promise<void> {
    try {
      await this.stream.publish(`${subject}.${account}`, messageId, Buffer.from(payload));
    } catch (cause) {
      throw new Error(`could not publish event ${messageId} of account ${account}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /**
   * Events that another relay is deleting are left to it: two that publish the same wait for each other in no order.
   */
  private async remove(account: number, events: readonly PendingEvent[]): Promise<void> {
    const ids = arrayLiteral(events.map(({ id }) => id));
    await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query(
        `delete from outbox where account_id = $1
          and id = any (array(select id from outbox where account_id = $1 and id = any ($2::bigint[])
            for update skip locked))`,
        [account, ids],
      ),
    );
  }
}

const isPermissionViolation = (error: unknown): boolean =>
  error instanceof PermissionViolationError ||
  (error instanceof Error && error.cause !== undefined && isPermissionViolation(error.cause));
