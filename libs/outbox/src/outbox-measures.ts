import { Injectable } from '@nestjs/common';
import { recentReading, type Gauge, type Sample } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';

/** Upper bound of the count: counting more would take ever longer. */
const maxCounted = 100_000;

interface OutboxBacklog {
  readonly messages: number;
  /** In seconds; 0 where there is none. */
  readonly oldest: number;
}

/** The metrics of a service's outbox. All replicas tell of the same table. */
@Injectable()
export class OutboxMeasures {
  private readonly waiting = recentReading(() => this.read());

  constructor(private readonly readPool: ReadPool) {}

  get all(): readonly Gauge[] {
    return [
      {
        name: 'outbox_messages',
        help: `Messages that are not carried on yet, ${maxCounted} at the most`,
        labelNames: [],
        read: async () => value((await this.waiting()).messages),
      },
      {
        name: 'outbox_oldest_seconds',
        help: 'How long the oldest message has waited to be carried on',
        labelNames: [],
        read: async () => value((await this.waiting()).oldest),
      },
    ];
  }

  private async read(): Promise<OutboxBacklog> {
    const [row] = await this.readPool.rows({
      account: 'any',
      text: `select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_date)), 0)
        from (select created_date from outbox limit ${maxCounted}) waiting`,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return { messages: Number(row?.[0]), oldest: Number(row?.[1]) };
  }
}

const value = (number: number): Sample[] => [{ labels: {}, value: number }];
