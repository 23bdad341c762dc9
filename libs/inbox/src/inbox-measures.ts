import { Injectable } from '@nestjs/common';
import { recentReading, type Measure } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';
import { Consumers } from './consumers.js';
import { InboxReader } from './inbox-reader.js';
import { LogComparison } from './log-comparison.js';

/** Upper bound of the events that are counted: counting more would take ever longer. */
const maxCounted = 100_000;

interface CountedEvents {
  readonly consumer: string;
  readonly state: string;
  readonly count: number;
  /** In seconds, since the oldest of them was read. */
  readonly oldest: number;
}

/** The metrics of a service's inbox. All replicas read the same tables; comparisons and gaps are each replica's own. */
@Injectable()
export class InboxMeasures {
  private readonly events = recentReading(() => this.read());

  constructor(
    private readonly readPool: ReadPool,
    private readonly consumers: Consumers,
    private readonly reader: InboxReader,
    private readonly comparison: LogComparison,
  ) {}

  get all(): readonly Measure[] {
    return [
      {
        name: 'inbox_events',
        help: `Events that are not handled: waiting, unknown_version, failed; ${maxCounted} in all at the most`,
        labelNames: ['consumer', 'state'],
        read: async () =>
          (await this.events()).map(({ consumer, state, count }) => ({ labels: { consumer, state }, value: count })),
      },
      {
        name: 'inbox_oldest_seconds',
        help: 'How long the oldest event has waited to be handled, of those that are not given up',
        labelNames: ['consumer'],
        read: async () => this.oldest(await this.events()),
      },
      {
        name: 'inbox_compared_seconds',
        help: "Time since the positions of a publisher's log were last compared with those that are read",
        labelNames: ['publisher'],
        read: () => [...this.comparison.ages].map(([publisher, value]) => ({ labels: { publisher }, value })),
      },
      {
        name: 'inbox_gaps',
        help: 'How often since the start events were found deleted from a log before they were read',
        labelNames: [],
        read: () => [{ labels: {}, value: this.reader.gaps }],
      },
    ];
  }

  private oldest(events: readonly CountedEvents[]) {
    return this.consumers.all.map(({ name }) => ({
      labels: { consumer: name },
      value: Math.max(
        0,
        ...events.filter(({ consumer, state }) => consumer === name && state !== 'failed').map(({ oldest }) => oldest),
      ),
    }));
  }

  private async read(): Promise<CountedEvents[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: `select consumer, state, count(*), extract(epoch from clock_timestamp() - min(created_date)) from (
          select consumer, created_date, case when status = 'failed' then 'failed'
              when ${this.consumers.understands} then 'waiting' else 'unknown_version' end as state
            from inbox where status <> 'handled' limit ${maxCounted}) unhandled
        group by consumer, state`,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([consumer, state, count, oldest]) => ({
      consumer: String(consumer),
      state: String(state),
      count: Number(count),
      oldest: Number(oldest),
    }));
  }
}
