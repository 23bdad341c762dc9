import { Injectable } from '@nestjs/common';
import { recentReading, type Measure, type Sample } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';
import { WebhookSender } from './webhook-sender.js';
import { dueFrom, isDue } from './webhook-tables.js';

interface WebhookState {
  /** In seconds; 0 where nothing is due. */
  readonly oldestDue: number;
  readonly disabled: number;
}

/** The metrics of a service's webhooks. All replicas tell of the same tables; attempts are each replica's own. */
@Injectable()
export class WebhookMeasures {
  private readonly state = recentReading(() => this.read());

  constructor(
    private readonly readPool: ReadPool,
    private readonly sender: WebhookSender,
  ) {}

  get all(): readonly Measure[] {
    return [
      this.sender.latency,
      {
        name: 'webhook_oldest_due_seconds',
        help: 'How long the oldest delivery of a webhook has been due',
        labelNames: [],
        read: async () => value((await this.state()).oldestDue),
      },
      {
        name: 'webhooks_disabled',
        help: 'Webhooks that were disabled, by a request or because they failed',
        labelNames: [],
        read: async () => value((await this.state()).disabled),
      },
    ];
  }

  /** A delivery to an endpoint that fails waits its turn, and that of a disabled one for being discarded. */
  private async read(): Promise<WebhookState> {
    const [row] = await this.readPool.rows({
      account: 'any',
      text: `select coalesce(extract(epoch from clock_timestamp() - (select min(${dueFrom}) from webhook_delivery
          where ${isDue} and (account_id, webhook_id) in (
            select account_id, id from webhook where is_active and failing_since is null))), 0),
        (select count(*) from webhook where not is_active)`,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return { oldestDue: Number(row?.[0]), disabled: Number(row?.[1]) };
  }
}

const value = (number: number): Sample[] => [{ labels: {}, value: number }];
