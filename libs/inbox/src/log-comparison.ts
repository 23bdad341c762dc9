import { Injectable } from '@nestjs/common';
import type { LogPositions } from '@refundry/outbox';
import { arrayLiteral, forEachSettled, inShards, ReadPool, Shards, type TextRow } from '@refundry/persistence';
import { Consumers } from './consumers.js';
import type { ReadLog } from './inbox-rows.js';
import { PublisherLogs } from './publisher-logs.js';

const everyMs = 30_000;

/** SQL of the logs of this replica's shards that are not read up to their last position. */
const staleLogs = `
  select last.account_id, consumer.name
    from (select account_id, position from unnest($1::integer[], $2::bigint[]) log(account_id, position)
      where ${inShards('$4')}) last
    cross join unnest($3::text[]) consumer(name)
    left join inbox_position known on known.account_id = last.account_id and known.consumer = consumer.name
    where known.position is null or known.position < last.position`;

/**
 * Compares how far logs are read with the last positions in them. It finds what no notice told of: whatever happened
 * while this service, its publisher or NATS was away.
 */
@Injectable()
export class LogComparison {
  private readonly due: Set<string>;
  /** When each publisher's logs were last compared to the end, or first could have been. */
  private readonly comparedAt: Map<string, number>;

  constructor(
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly consumers: Consumers,
    private readonly logs: PublisherLogs,
  ) {
    this.due = new Set(consumers.publishers);
    this.comparedAt = new Map(consumers.publishers.map((publisher) => [publisher, performance.now()]));
  }

  /** Seconds since the logs of each publisher were last compared. */
  get ages(): ReadonlyMap<string, number> {
    return new Map([...this.comparedAt].map(([publisher, at]) => [publisher, (performance.now() - at) / 1000]));
  }

  makeDue(): void {
    for (const publisher of this.consumers.publishers) this.due.add(publisher);
  }

  /**
   * Compares the logs of each publisher for which that is due.
   *
   * @param found gets the logs that are behind. @throws Failure of a publisher, after the others
   */
  async compareWhereDue(found: (log: ReadLog) => void, signal: AbortSignal): Promise<void> {
    for (const [publisher, age] of this.ages) if (age * 1000 > everyMs) this.due.add(publisher);
    await forEachSettled([...this.due], 1, async (publisher) => {
      this.due.delete(publisher);
      try {
        await this.compare(publisher, found, signal);
      } catch (error) {
        this.due.add(publisher);
        throw error;
      }
    });
  }

  private async compare(publisher: string, found: (log: ReadLog) => void, signal: AbortSignal): Promise<void> {
    const names = arrayLiteral(this.consumers.of(publisher).map(({ name }) => name));
    for (let [after, hasMore] = [0, true]; hasMore && !signal.aborted;) {
      const { positions, has_more: isUnfinished } = await this.logs.positionsAfter(publisher, after);
      for (const [account, consumer] of await this.staleOf(positions, names))
        found({ account: Number(account), consumer: String(consumer) });
      [after, hasMore] = [positions.at(-1)?.account ?? after, isUnfinished];
    }
    this.comparedAt.set(publisher, performance.now());
  }

  private staleOf(positions: LogPositions['positions'], names: string): Promise<TextRow[]> {
    const columns = [positions.map(({ account }) => account), positions.map(({ position }) => position)];
    return this.readPool.rows({
      account: 'any',
      text: staleLogs,
      values: [...columns.map((column) => arrayLiteral(column)), names, arrayLiteral(this.shards.held)],
      isAdhoc: true,
    });
  }
}
