import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { bySystem } from '@refundry/audit';
import { PeriodicTask } from '@refundry/concurrency';
import { quoteEvents } from '@refundry/contracts';
import { roundWarning } from '@refundry/observability';
import { publishEvent } from '@refundry/outbox';
import { forEachSettled, ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import {
  expiredQuotes,
  maxDue,
  overdueQuotes,
  pricedQuotes,
  readDueQuotes,
  type DueQuote,
  type DueQuotes,
} from './due-quotes.sql.js';
import { ManualQuoteMoves, type LockedQuote } from './manual-quote-moves.js';
import { ManualQuotesRepository } from './manual-quotes.repository.js';

const everyMs = 15_000;
const maxConcurrent = 2;

interface SweepStep extends DueQuotes {
  /** Does it, where the locked quote is still as it was found. */
  readonly work: (transaction: EntityManager, locked: LockedQuote, due: DueQuote) => Promise<void>;
}

/**
 * Does what time and rules do with manual quotes, for the accounts of this replica's shards: ends answers that hold no
 * more, says once which quotes are overdue, and declines those that rules price by now.
 */
@Injectable()
export class ManualQuoteSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    (signal) => this.round(signal),
    everyMs,
    roundWarning(new Logger('ManualQuoteSweep')),
  );
  private readonly steps: readonly SweepStep[] = [
    { ...expiredQuotes, work: (...due) => this.expire(...due) },
    { ...pricedQuotes, work: (transaction, locked) => this.declinePriced(transaction, locked) },
    { ...overdueQuotes, work: (...due) => this.announceOverdue(...due) },
  ];

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
    private readonly quotes: ManualQuotesRepository,
    private readonly moves: ManualQuoteMoves,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /** A bounded piece of each account, past quotes that fail. @throws the first failure */
  async round(signal?: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    await forEachSettled(this.steps, 1, (step) =>
      sweepAccounts(this.readPool, this.shards, {
        table: 'manual_quote',
        condition: step.condition,
        maxConcurrent,
        signal,
        work: (account) => this.sweep(account, step),
        onUnfinished: () => {
          this.task.triggerNow();
        },
      }),
    );
  }

  /** @returns whether the account may have more */
  private async sweep(account: number, step: SweepStep): Promise<boolean> {
    const due = await readDueQuotes(this.readPool, step, account);
    await forEachSettled(due, maxConcurrent, (quote) =>
      this.transactions.run({ account, isBackground: true }, async (transaction) => {
        const locked = await this.moves.lock(transaction, account, quote.id);
        if (locked) await step.work(transaction, locked, quote);
      }),
    );
    return due.length === maxDue;
  }

  private async expire(transaction: EntityManager, { quote }: LockedQuote, { time }: DueQuote): Promise<void> {
    if (quote.status !== 'quoted' || quote.validUntil !== time) return;
    await this.moves.move(transaction, by(quote), quote, { to: 'expired', action: 'expired' });
  }

  private async declinePriced(transaction: EntityManager, { quote, reservation }: LockedQuote): Promise<void> {
    if (!reservation.rules || (quote.status !== 'requested' && quote.status !== 'question')) return;
    await this.moves.move(transaction, by(quote), quote, {
      to: 'declined',
      action: 'declined',
      change: { answerNote: 'priced by rules' },
    });
  }

  private async announceOverdue(transaction: EntityManager, { quote }: LockedQuote, { time }: DueQuote): Promise<void> {
    const { account, id, reservation, status, isOverdue, respondBy } = quote;
    if (status !== 'requested' || isOverdue || respondBy !== time) return;
    await this.quotes.change(transaction, quote, { status, isOverdue: true });
    await publishEvent(transaction, { account, type: quoteEvents.overdue, content: { quote: id, reservation } });
  }
}

const by = ({ account }: LockedQuote['quote']): ReturnType<typeof bySystem> => bySystem('manual quotes', account);
