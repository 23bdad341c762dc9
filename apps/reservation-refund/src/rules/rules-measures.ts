import { Injectable } from '@nestjs/common';
import { recentReading, type Gauge, type Sample } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';

const maxCounted = 10_000;

interface DraftsState {
  /** In seconds; 0 where nothing is due. */
  readonly oldestDue: number;
  readonly refused: number;
}

/** The metrics of drafts of rules. All replicas tell of the same table. */
@Injectable()
export class RulesMeasures {
  private readonly state = recentReading(() => this.read());

  constructor(private readonly readPool: ReadPool) {}

  get all(): readonly Gauge[] {
    return [
      {
        name: 'rules_publication_oldest_due_seconds',
        help: 'How long the oldest scheduled draft of rules has been due',
        labelNames: [],
        read: async () => value((await this.state()).oldestDue),
      },
      {
        name: 'rules_drafts_refused',
        help: `Drafts of rules that could not be published when they were due, ${maxCounted} at the most`,
        labelNames: [],
        read: async () => value((await this.state()).refused),
      },
    ];
  }

  private async read(): Promise<DraftsState> {
    const [row] = await this.readPool.rows({
      account: 'any',
      text: `select greatest(0, coalesce(extract(epoch from clock_timestamp() - (
          select min(publish_at) from refund_rules_draft where status = 'scheduled')), 0)),
        (select count(*) from (
          select from refund_rules_draft where status = 'draft' and problem is not null limit ${maxCounted}) refused)`,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return { oldestDue: Number(row?.[0]), refused: Number(row?.[1]) };
  }
}

const value = (number: number): Sample[] => [{ labels: {}, value: number }];
