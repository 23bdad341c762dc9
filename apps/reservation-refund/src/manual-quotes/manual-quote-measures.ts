import { Injectable } from '@nestjs/common';
import { recentReading, type Gauge, type Sample } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';

/** Upper bound of each count: counting more would take ever longer. */
const maxCounted = 10_000;

interface QuoteCounts {
  /** Requested, and not answered; those that wait for their client are none of them. */
  readonly unanswered: number;
  readonly overdue: number;
}

/** The metrics of manual quotes. All replicas tell of the same table. */
@Injectable()
export class ManualQuoteMeasures {
  private readonly counts = recentReading(() => this.read());

  constructor(private readonly readPool: ReadPool) {}

  get all(): readonly Gauge[] {
    return [
      {
        name: 'manual_quotes_unanswered',
        help: `Manual quotes that an operator is to answer, ${maxCounted} at the most`,
        labelNames: [],
        read: async () => value((await this.counts()).unanswered),
      },
      {
        name: 'manual_quotes_overdue',
        help: `Those of them whose time to answer is over, ${maxCounted} at the most`,
        labelNames: [],
        read: async () => value((await this.counts()).overdue),
      },
    ];
  }

  private async read(): Promise<QuoteCounts> {
    const [row] = await this.readPool.rows({
      account: 'any',
      text: `select (select count(*) from (${requested} limit ${maxCounted}) counted),
        (select count(*) from (${requested} and respond_by <= clock_timestamp() limit ${maxCounted}) counted)`,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return { unanswered: Number(row?.[0]), overdue: Number(row?.[1]) };
  }
}

const requested = "select from manual_quote where status = 'requested'";

const value = (number: number): Sample[] => [{ labels: {}, value: number }];
