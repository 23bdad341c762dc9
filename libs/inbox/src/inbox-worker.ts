import { setTimeout as pause } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { cutText, roundWarning, ThrottledWarning } from '@refundry/observability';
import { ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import { Consumers } from './consumers.js';
import type { ConsumedEvent } from './event-consumer.js';
import { InboxRows, maxClaimed, type ClaimedEvent } from './inbox-rows.js';
import { isDue } from './inbox-table.js';
import { nextPauseMs } from './retry-schedule.js';

/** Nest's token for the pauses before further attempts. */
export const retryPausesToken = Symbol('the pauses before further attempts');

const everyMs = 1000;
/** In background transactions, for which few connections are left. */
const maxConcurrentAccounts = 2;
/** After it another account has its turn. */
const turnMs = 1000;
const handlingMs = 5000;
const maxErrorLength = 500;

/**
 * Hands the due events of the accounts in this replica's shards to their consumers. Accounts have turns: one that has
 * many events, or whose events fail, delays another by a turn at most.
 */
@Injectable()
export class InboxWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('InboxWorker');
  private readonly task = new PeriodicTask((signal) => this.findDue(signal), everyMs, roundWarning(this.logger));
  private readonly warning = new ThrottledWarning((error) => {
    this.logger.warn({ err: error, msg: 'an event could not be handled' });
  });
  /** Accounts that wait for their turn, the next first. */
  private readonly queue = new Set<number>();
  private readonly turns = new Map<number, Promise<void>>();
  private isStopped = true;

  constructor(
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly transactions: Transactions,
    private readonly consumers: Consumers,
    private readonly rows: InboxRows,
    @Inject(retryPausesToken) private readonly pausesMs: readonly number[],
  ) {}

  onApplicationBootstrap(): void {
    this.isStopped = false;
    this.task.start();
  }

  /** The events in work are handled to their end; what else is claimed is released. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    await this.task.stop();
    await Promise.all(this.turns.values());
  }

  /** The account may have something due. */
  wake(account: number): void {
    this.queue.add(account);
    this.beginTurns();
  }

  private async findDue(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    await sweepAccounts(this.readPool, this.shards, {
      table: 'inbox',
      condition: `${isDue} and ${this.consumers.understands}`,
      maxConcurrent: 1,
      signal,
      work: (account) => {
        this.wake(account);
        return Promise.resolve();
      },
    });
  }

  private beginTurns(): void {
    for (const account of this.queue) {
      if (this.isStopped || this.turns.size >= maxConcurrentAccounts) return;
      if (this.turns.has(account)) continue;
      this.queue.delete(account);
      this.turns.set(account, this.turn(account));
    }
  }

  private async turn(account: number): Promise<void> {
    try {
      if (await this.handleSome(account)) this.queue.add(account);
    } catch (error) {
      this.warning.failed(error as Error);
    } finally {
      this.turns.delete(account);
      this.beginTurns();
    }
  }

  /** @returns whether the account may have more that is due */
  private async handleSome(account: number): Promise<boolean> {
    const claimed = await this.rows.claim(account);
    const end = performance.now() + turnMs;
    for (const [index, event] of claimed.entries()) {
      if (this.isStopped || performance.now() > end) {
        await this.rows.release(account, claimed.slice(index));
        return true;
      }
      await this.handle(event);
    }
    return claimed.length === maxClaimed;
  }

  private async handle(event: ClaimedEvent): Promise<void> {
    try {
      await this.transactions.run(
        { account: event.account, timeoutMs: handlingMs, isBackground: true },
        async (transaction) => {
          if (!(await this.rows.end(transaction, event))) return;
          await inTime(this.consumers.named(event.consumer).handle(consumedEvent(event), transaction));
        },
      );
      this.warning.recovered();
    } catch (error) {
      await this.fail(event, error);
    }
  }

  private async fail(event: ClaimedEvent, error: unknown): Promise<void> {
    const { message } = error instanceof Error ? error : new Error(String(error));
    this.warning.failed(
      new Error(`${event.consumer}, account ${event.account}, event ${event.id}: ${message}`, { cause: error }),
    );
    const text = cutText(message.replaceAll('\0', ''), maxErrorLength);
    await this.rows.fail(event, text, nextPauseMs(event.attempts, this.pausesMs));
  }
}

const consumedEvent = ({
  id,
  account,
  position,
  version,
  occurred,
  subject,
  content,
}: ClaimedEvent): ConsumedEvent => ({
  id,
  account,
  position,
  version,
  occurred: formatTimestamp(occurred),
  subject,
  content: JSON.parse(content) as object,
});

/** @throws Error when the work takes longer than its transaction may */
async function inTime(work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const late = pause(handlingMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`It was not handled within ${handlingMs / 1000} seconds.`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
