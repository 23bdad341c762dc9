import { Injectable } from '@nestjs/common';
import { Lane } from '@refundry/persistence';
import type { Gauge } from '@refundry/resource';
import { sharedWhileAsked } from './shared-while-asked.js';

interface Group {
  readonly kind: string;
  readonly state: string;
  readonly jobs: number;
  /** How long ago the first of them was ordered, in seconds. */
  readonly oldest: number;
}

/** What the jobs of a service are measured by. All replicas tell of the same table. */
@Injectable()
export class JobMeasures {
  private readonly groups = sharedWhileAsked(() => this.ask());

  constructor(private readonly lane: Lane) {}

  get all(): readonly Gauge[] {
    return [this.jobs, this.oldest];
  }

  private get jobs(): Gauge<'kind' | 'state'> {
    return {
      name: 'jobs',
      help: 'Jobs by their state: those at work, and of those that ended the latest and the latest success',
      labelNames: ['kind', 'state'],
      read: async () => (await this.groups()).map(({ kind, state, jobs }) => ({ labels: { kind, state }, value: jobs })),
    };
  }

  private get oldest(): Gauge<'kind'> {
    return {
      name: 'job_oldest_seconds',
      help: 'How long ago the oldest job that has not ended was ordered',
      labelNames: ['kind'],
      read: async () => (await this.groups()).filter(({ state }) => state === 'WORKING').map(({ kind, oldest }) => ({ labels: { kind }, value: oldest })),
    };
  }

  /** The table keeps a few rows for each account and kind. */
  private async ask(): Promise<Group[]> {
    const rows = await this.lane.rows({
      account: 'any',
      text: 'select kind, state, count(*), extract(epoch from clock_timestamp() - min(started_date)) from job group by kind, state',
      values: [],
      isCommon: true,
      isVariable: true,
    });
    return rows.map(([kind, state, jobs, oldest]) => ({ kind: String(kind), state: String(state), jobs: Number(jobs), oldest: Number(oldest) }));
  }
}
