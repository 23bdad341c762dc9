import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import { Semaphore, SingleFlight } from '@refundry/concurrency';
import { reservationSettings } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ThrottledWarning } from '@refundry/observability';
import { ReadPool, Transactions } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import { settingValue } from '@refundry/settings';
import type { Quote } from '../quotes/quote.js';
import { ManualQuotesService } from './manual-quotes.service.js';
import { openQuoteOf } from './promised.js';

const maxConcurrent = 2;
/** More are not opened: their clients will ask again. */
const maxWaiting = 200;

/** A question that rules have no answer to. */
type Question = Pick<ActionRequest<object>, 'caller' | 'requestId' | 'receivedAt'>;

/**
 * Opens quotes of what no rule prices, where the account has `opens_quotes` set: after the answer, in the background.
 * Of the same passengers one at a time, and few in all; a failure is logged, and the client notices nothing.
 */
@Injectable()
export class QuoteOpener implements BeforeApplicationShutdown {
  private readonly logger = new Logger('QuoteOpener');
  private readonly inOwnContext = AsyncLocalStorage.snapshot();
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly semaphore = new Semaphore({ max: maxConcurrent });
  private readonly isOn = new SingleFlight((account: number) => this.readSetting(account));
  private readonly warning = new ThrottledWarning((error) => {
    this.logger.warn({ err: error, msg: 'could not open a quote that no rule prices' });
  });

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly quotes: ManualQuotesService,
  ) {}

  /** Returns at once. It is for quotes that nothing was applied to. */
  openSoon({ reservation, selection }: Quote, { caller, ...question }: Question): void {
    const open = openQuoteOf(selection, reservation.quotes);
    if (open && open.status !== 'quoted') return;
    const key = JSON.stringify([caller.account, caller.domain, reservation.id, selection.passengers]);
    if (this.waiting.has(key)) return;
    if (this.waiting.size >= maxWaiting) {
      this.warning.failed(new Failure('overloaded', `${maxWaiting} quotes wait to be opened`));
      return;
    }
    const wanted = {
      reserveId: String(reservation.id),
      passengers: selection.passengers,
      at: question.receivedAt,
    };
    const opened = this.inOwnContext(() => this.open({ caller, ...question }, wanted)).finally(() =>
      this.waiting.delete(key),
    );
    this.waiting.set(key, opened);
  }

  /** Waits for those that are being opened. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.waiting.values());
  }

  private async open(question: Question, wanted: Parameters<ManualQuotesService['open']>[3]): Promise<void> {
    const { caller } = question;
    const { account } = caller;
    try {
      if (!(await this.isOn.run(account))) return;
      await this.semaphore.run(() =>
        this.transactions.run({ account, isBackground: true }, (transaction) =>
          this.quotes.open(transaction, byCaller(question), caller, wanted),
        ),
      );
      this.warning.recovered();
    } catch (error) {
      this.warning.failed(error as Error);
    }
  }

  private async readSetting(account: number): Promise<boolean> {
    const [row] = await this.readPool.rows({
      account,
      text: `select ${settingValue(reservationSettings, 'opens_quotes')}`,
      values: [],
      isPrepared: true,
    });
    return row?.[0] === 't';
  }
}
