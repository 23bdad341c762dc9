import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PermissionViolationError } from '@nats-io/transport-node';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import {
  arrayLiteral,
  forEachPage,
  forEachSettled,
  inShards,
  ReadPool,
  Shards,
  Transactions,
} from '@refundry/persistence';
import { EventLogger } from './event-logger.js';
import { EventStream } from './event-stream.js';

const pageSize = 25;
const everyMs = 1000;
const maxConcurrentRemovals = 4;

/** An event that lies in the outbox. */
interface PendingEvent {
  readonly account: number;
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

  /** Goes through the outbox once, past what can't be published. @throws the first failure, at the end */
  private async publishAll(signal: AbortSignal): Promise<void> {
    const shards = arrayLiteral(this.shards.held);
    if (!this.readPool.isUp || !this.stream.isConnected) return;
    const [reconciled] = await Promise.allSettled([this.stream.reconcile()]);
    await forEachPage<PendingEvent>({
      pageSize,
      signal,
      read: (last) => this.pendingAfter(last, shards),
      work: (page) => this.publish(page),
    });
    if (reconciled.status === 'rejected') throw reconciled.reason;
  }

  /** The next along the primary key: those of an account in the order in which they were left. */
  private async pendingAfter(last: PendingEvent | undefined, shards: string): Promise<PendingEvent[]> {
    // Without a stream a sweep would go on to no end.
    if (!this.stream.isThere) return [];
    const rows = await this.readPool.rows({
      account: 'any',
      text: `select account_id, id, subject, message_id, payload from outbox
        where (account_id, id) > ($1::int4, $2::int8) and is_logged and ${inShards('$3')}
        order by account_id, id limit ${pageSize}`,
      values: [last?.account ?? 0, last?.id ?? '0', shards],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([account, id, subject, messageId, payload]) => ({
      account: Number(account),
      id: String(id),
      subject: String(subject),
      messageId: String(messageId),
      payload: String(payload),
    }));
  }

  /** An event that is not published keeps back no other, nor does an account whose events can't be deleted. */
  private async publish(page: readonly PendingEvent[]): Promise<void> {
    const published: PendingEvent[] = [];
    try {
      await forEachSettled(page, pageSize, async (event) => {
        await this.publishOne(event);
        published.push(event);
      });
    } finally {
      await forEachSettled(
        Map.groupBy(published, ({ account }) => account),
        maxConcurrentRemovals,
        ([account, events]) => this.remove(account, events),
      );
    }
  }

  private async publishOne({ account, subject, messageId, payload }: PendingEvent): Promise<void> {
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
