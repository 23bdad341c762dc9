import { Injectable } from '@nestjs/common';
import { Lane } from '@refundry/persistence';
import type { Gauge, Sample } from '@refundry/resource';
import { recentReading } from './recent-reading.js';

/** Nobody needs to know how many more there are, and to count them would take ever longer. */
const maxCounted = 100_000;

interface Waiting {
  readonly messages: number;
  /** In seconds; 0 where there is none. */
  readonly oldest: number;
}

/** What the outbox of a service is measured by. All replicas tell of the same table. */
@Injectable()
export class OutboxMeasures {
  private readonly waiting = recentReading(() => this.read());

  constructor(private readonly lane: Lane) {}

  get all(): readonly Gauge[] {
    return [
      { name: 'outbox_messages', help: `Messages that are not carried on yet, ${maxCounted} at the most`, labelNames: [], read: async () => value((await this.waiting()).messages) },
      { name: 'outbox_oldest_seconds', help: 'How long the oldest message has waited to be carried on', labelNames: [], read: async () => value((await this.waiting()).oldest) },
    ];
  }

  private async read(): Promise<Waiting> {
    const [row] = await this.lane.rows({
      account: 'any',
      text: `select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_date)), 0) from (select created_date from outbox limit ${maxCounted}) waiting`,
      values: [],
      isCommon: true,
      isVariable: true,
    });
    return { messages: Number(row?.[0]), oldest: Number(row?.[1]) };
  }
}

const value = (number: number): Sample[] => [{ labels: {}, value: number }];
