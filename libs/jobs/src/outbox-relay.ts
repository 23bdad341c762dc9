import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { arrayLiteral, forEachPage, forEachSettled, inShards, Lane, Rounds, Shards, Transactions } from '@refundry/persistence';
import { OutboxStream } from './outbox-stream.js';

/** Together 25 MiB at the most. */
const pageSize = 25;
const everyMs = 1000;
const maxConcurrentRemovals = 4;

/** A message that lies in the outbox. */
interface Waiting {
  readonly account: number;
  readonly id: string;
  readonly subject: string;
  readonly messageId: string;
  readonly payload: string;
}

/**
 * Carries what transactions left in the outbox to JetStream, and deletes what has arrived there: the messages of this replica's shards,
 * and at once those of an account that it is poked for. Two replicas may carry the same message; its id makes them one, and receivers
 * know it again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OutboxRelay');
  private readonly rounds = new Rounds((signal) => this.carryAll(signal), everyMs, this.logger);
  /** Accounts to carry for at once, whoever holds their shards. */
  private readonly poked = new Set<number>();

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
    private readonly stream: OutboxStream,
    private readonly shards: Shards,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  /** Looks into the outbox now, for what this replica has left there for an account. */
  poke(account: number): void {
    this.poked.add(account);
    this.rounds.poke();
  }

  /** Goes through the outbox once, past what can't be carried. @throws the first failure, at the end */
  private async carryAll(signal: AbortSignal): Promise<void> {
    const scope = [arrayLiteral(this.shards.held), arrayLiteral([...this.poked])];
    if (!this.lane.isUp || !this.stream.isReachable) return;
    this.poked.clear();
    await forEachPage<Waiting>({ pageSize, signal, read: (last) => this.waitingAfter(last, scope), work: (page) => this.carry(page) });
  }

  /** The next along the primary key: those of an account in the order in which they were left. */
  private async waitingAfter(last: Waiting | undefined, scope: readonly string[]): Promise<Waiting[]> {
    // While NATS is away a sweep would go on to no end.
    if (!this.stream.isReachable) return [];
    const rows = await this.lane.rows({
      account: 'any',
      text: `select account_id, id, subject, message_id, payload from outbox where (account_id, id) > ($1::int4, $2::int8)
               and (${inShards('$3')} or account_id = any ($4::integer[])) order by account_id, id limit ${pageSize}`,
      values: [last?.account ?? 0, last?.id ?? '0', ...scope],
      isCommon: true,
      isVariable: true,
    });
    return rows.map(([account, id, subject, messageId, payload]) => ({ account: Number(account), id: String(id), subject: String(subject), messageId: String(messageId), payload: String(payload) }));
  }

  /** A message that doesn't arrive keeps back no other, nor does an account whose messages can't be deleted. */
  private async carry(page: readonly Waiting[]): Promise<void> {
    const arrived: Waiting[] = [];
    try {
      await forEachSettled(page, pageSize, async (message) => {
        await this.stream.publish(message.subject, message.messageId, Buffer.from(message.payload));
        arrived.push(message);
      });
    } finally {
      await forEachSettled(Map.groupBy(arrived, ({ account }) => account), maxConcurrentRemovals, ([account, messages]) => this.remove(account, messages));
    }
  }

  private async remove(account: number, messages: readonly Waiting[]): Promise<void> {
    const ids = arrayLiteral(messages.map(({ id }) => id));
    await this.transactions.run({ account, isBackground: true }, (transaction) => transaction.query('delete from outbox where account_id = $1 and id = any ($2::bigint[])', [account, ids]));
  }
}
