import { setTimeout as pause } from 'node:timers/promises';
import { supplierRefundsSaved } from '@refundry/contracts';
import { publishEvent } from '@refundry/outbox';
import { Transactions } from '@refundry/persistence';
import { DataSource } from 'typeorm';

const poolSize = 20;
const publishers = 5;
/** In a transaction. */
const events = 10;

/** Publishes events of an account, ten in a transaction. */
export class Publisher {
  private number = 0;

  private constructor(
    private readonly transactions: Transactions,
    private readonly account: number,
  ) {}

  /** @param url the database of supplier-refund, with the application's role */
  static async open(url: string, account: number, cleanup: AsyncDisposableStack): Promise<Publisher> {
    const dataSource = await new DataSource({ type: 'postgres', url, poolSize }).initialize();
    cleanup.defer(() => dataSource.destroy());
    return new Publisher(new Transactions(dataSource), account);
  }

  /** Begins so many events in a second, whatever becomes of them. @returns how long each transaction took, in ms */
  async publishSteadily(perSecond: number, seconds: number, signal: AbortSignal): Promise<number[]> {
    const [begun, total] = [performance.now(), (perSecond * seconds) / events];
    const published: Promise<number>[] = [];
    while (published.length < total) {
      await pause((1000 * events) / perSecond, undefined, { signal });
      const due = Math.min(total, (((performance.now() - begun) / 1000) * perSecond) / events);
      while (published.length < due) published.push(this.publish());
    }
    return Promise.all(published);
  }

  /** Publishes so many events, a few transactions at a time. */
  async publishAll(count: number): Promise<void> {
    let left = count / events;
    await Promise.all(
      Array.from({ length: publishers }, async () => {
        while (left-- > 0) await this.publish();
      }),
    );
  }

  /** @returns how long the transaction took, in milliseconds */
  private async publish(): Promise<number> {
    const begun = performance.now();
    const { account } = this;
    await this.transactions.run({ account }, async (transaction) => {
      for (let event = 0; event < events; event += 1) {
        const content = { documents: [`document-${(this.number += 1)}_shop`] };
        await publishEvent(transaction, { account, type: supplierRefundsSaved, content });
      }
    });
    return performance.now() - begun;
  }
}
