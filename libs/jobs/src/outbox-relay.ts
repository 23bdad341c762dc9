import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { arrayLiteral, Lane, Rounds, Transactions } from '@refundry/persistence';
import { OutboxStream } from './outbox-stream.js';

/** Together 25 MiB at the most. */
const atOnce = 25;
const everyMs = 1000;

/** A message that lies in the outbox. */
interface Waiting {
  readonly account: number;
  readonly id: string;
  readonly subject: string;
  readonly messageId: string;
  readonly payload: string;
}

/**
 * Carries what transactions left in the outbox to JetStream, and deletes what has arrived there. Several replicas may carry
 * the same message; its id makes them one, and receivers know it again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OutboxRelay');
  private readonly rounds = new Rounds(() => this.carryAll(), everyMs, this.logger);
  private isClosing = false;

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
    private readonly stream: OutboxStream,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.rounds.end();
  }

  /** Looks into the outbox now. */
  poke(): void {
    this.rounds.poke();
  }

  /** Goes through the outbox once, past what can't be carried. @throws the first trouble there was, at the end */
  private async carryAll(): Promise<void> {
    const troubles: unknown[] = [];
    let last: Pick<Waiting, 'account' | 'id'> | undefined = { account: 0, id: '0' };
    while (last && !this.isClosing && this.lane.isUp && this.stream.isReachable) {
      const batch: Waiting[] = await this.waitingAfter(last);
      const { arrived, trouble } = await this.publish(batch);
      await this.remove(arrived);
      if (trouble !== undefined) troubles.push(trouble);
      last = batch[atOnce - 1];
    }
    if (troubles.length > 0) throw troubles[0];
  }

  /** The next along the primary key: those of an account in the order in which they were left. */
  private async waitingAfter({ account, id }: Pick<Waiting, 'account' | 'id'>): Promise<Waiting[]> {
    const rows = await this.lane.rows({
      account: 'any',
      text: `select account_id, id, subject, message_id, payload from outbox where (account_id, id) > ($1::int4, $2::int8) order by account_id, id limit ${atOnce}`,
      values: [account, id],
      isCommon: true,
    });
    return rows.map(([ofAccount, rowId, subject, messageId, payload]) => ({ account: Number(ofAccount), id: String(rowId), subject: String(subject), messageId: String(messageId), payload: String(payload) }));
  }

  /** One that doesn't arrive keeps no other. */
  private async publish(batch: readonly Waiting[]): Promise<{ arrived: Waiting[]; trouble: unknown }> {
    const outcomes = await Promise.allSettled(batch.map(({ subject, messageId, payload }) => this.stream.publish(subject, messageId, Buffer.from(payload))));
    return { arrived: batch.filter((_message, index) => outcomes[index]?.status === 'fulfilled'), trouble: outcomes.find((outcome) => outcome.status === 'rejected')?.reason };
  }

  private async remove(arrived: readonly Waiting[]): Promise<void> {
    for (const [account, messages] of Map.groupBy(arrived, (message) => message.account)) {
      const ids = arrayLiteral(messages.map(({ id }) => id));
      await this.transactions.run({ account, isBackground: true }, (transaction) => transaction.query('delete from outbox where account_id = $1 and id = any ($2::bigint[])', [account, ids]));
    }
  }
}
