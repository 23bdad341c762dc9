import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ConcurrencyLimiter, PeriodicTask } from '@refundry/concurrency';
import { roundWarning, ThrottledWarning } from '@refundry/observability';
import { EventLogger } from '@refundry/outbox';
import { forEachSettled, ReadPool, Shards, sweepAccounts } from '@refundry/persistence';
import { DeliveryClaims, type ClaimedDelivery } from './delivery-claims.js';
import { DeliveryFanOut } from './delivery-fan-out.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { WebhookSender } from './webhook-sender.js';
import { isDue } from './webhook-tables.js';

const everyMs = 1000;
/** Attempts of this replica at once; an account may have as many as all its endpoints together. */
export const attemptSlots = { max: 512, maxPerKey: 200 } as const;
const maxClaimed = 50;
const maxConcurrentAccounts = 2;

/**
 * Sends the due deliveries of the accounts in this replica's shards. An account is one replica's, so that the limits of
 * its endpoints and its share of the slots are those of the service; where for a moment two replicas hold a shard, the
 * lease of a delivery still gives it to one.
 */
@Injectable()
export class DeliveryWorker implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DeliveryWorker');
  private readonly task = new PeriodicTask((signal) => this.round(signal), everyMs, roundWarning(this.logger));
  private readonly unrecorded = new ThrottledWarning((error) => {
    this.logger.warn({ err: error, msg: 'could not record an attempt, which will be repeated' });
  });
  private readonly attempts = new Set<Promise<void>>();
  private readonly accountsWithFreeSlots = new Set<number>();
  private readonly stopped = new AbortController();
  private isSweepDue = true;
  private sweptAt = -Infinity;

  constructor(
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly claims: DeliveryClaims,
    private readonly outcomes: DeliveryOutcomes,
    private readonly sender: WebhookSender,
    private readonly events: EventLogger,
    private readonly fanOut: DeliveryFanOut,
    private readonly slots: ConcurrencyLimiter,
  ) {}

  /** Before the log begins: an event that it gave a position without us would reach no webhook. */
  onModuleInit(): void {
    this.events.follow({
      record: (transaction, account, events) => this.fanOut.record(transaction, account, events),
      wake: () => {
        this.wake();
      },
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Attempts on their way are broken off and given back: another replica repeats them under the same id. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    this.stopped.abort();
    await Promise.all(this.attempts);
  }

  /** There may be something due. */
  wake(): void {
    this.isSweepDue = true;
    this.task.triggerNow();
  }

  /** Goes to the accounts that have had an attempt end, and at times to all. */
  private async round(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    const accounts = [...this.accountsWithFreeSlots];
    this.accountsWithFreeSlots.clear();
    await forEachSettled(accounts, maxConcurrentAccounts, (account) => this.sendSome(account));
    if (!this.isSweepDue && performance.now() - this.sweptAt < everyMs) return;
    this.isSweepDue = false;
    this.sweptAt = performance.now();
    await sweepAccounts(this.readPool, this.shards, {
      table: 'webhook_delivery',
      condition: isDue,
      maxConcurrent: maxConcurrentAccounts,
      signal,
      work: (account) => this.sendSome(account),
    });
  }

  /** Begins as many attempts of an account as there are slots for, without waiting for their end. */
  private async sendSome(account: number): Promise<void> {
    const slots = this.acquireSlots(account);
    try {
      const claimed = slots.length === 0 ? [] : await this.claims.claim(account, slots.length);
      for (const delivery of claimed) this.begin(delivery, slots.pop());
      if (claimed.length === maxClaimed) this.continueWith(account);
    } finally {
      for (const release of slots) release();
    }
  }

  private acquireSlots(account: number): (() => void)[] {
    const slots: (() => void)[] = [];
    try {
      while (slots.length < maxClaimed) slots.push(this.slots.acquire(account));
    } catch {
      // As many as there are.
    }
    return slots;
  }

  private begin(delivery: ClaimedDelivery, release: (() => void) | undefined): void {
    const attempt = this.send(delivery)
      .then(() => {
        this.unrecorded.recovered();
      })
      .catch((error: unknown) => {
        this.unrecorded.failed(error as Error);
      })
      .finally(() => {
        release?.();
        this.attempts.delete(attempt);
        this.continueWith(delivery.account);
      });
    this.attempts.add(attempt);
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await this.sender
      .attempt(delivery.event, delivery.target(), this.stopped.signal)
      .catch((error: unknown) => {
        if (this.stopped.signal.aborted) return undefined;
        throw error;
      });
    await (outcome ? this.outcomes.record(delivery, outcome) : this.outcomes.release(delivery));
  }

  private continueWith(account: number): void {
    this.accountsWithFreeSlots.add(account);
    this.task.triggerNow();
  }
}
