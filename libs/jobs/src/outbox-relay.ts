import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Lane, Transactions } from '@refundry/persistence';
import { allSettled, Rounds } from './rounds.js';
import { WakeUpStream } from './wake-up-stream.js';

const atOnce = 10;
const everyMs = 1000;
/**
 * Carries what transactions left in the outbox to JetStream, and deletes what has arrived there. Several replicas may carry
 * the same message; its id makes them one, and receivers know it again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OutboxRelay');
  private readonly rounds = new Rounds(() => this.carryAll(), everyMs, this.logger);

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
    private readonly stream: WakeUpStream,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  /** Looks into the outbox now. */
  poke(): void {
    this.rounds.poke();
  }

  private async carryAll(): Promise<void> {
    if (!this.lane.isUp || !this.stream.isReachable) return;
    let carried: number;
    do {
      const rows = await this.lane.rows({ text: `select account_id, id, subject, message_id, payload from outbox order by id limit ${atOnce}`, values: [], isCommon: true });
      await allSettled(rows.map((row) => this.carry(row)));
      carried = rows.length;
    } while (carried === atOnce);
  }

  private async carry([account, id, subject, messageId, payload]: readonly (string | null)[]): Promise<void> {
    await this.stream.publish(String(subject), String(messageId), Buffer.from(String(payload)));
    await this.transactions.run({ account: Number(account) }, (transaction) => transaction.query('delete from outbox where account_id = $1 and id = $2', [account, id]));
  }
}
