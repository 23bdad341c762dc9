import { Injectable } from '@nestjs/common';
import { recentReading, type Gauge } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';

/**
 * The table keeps two ended jobs for each account and kind. Those that have not succeeded are counted apart, by an
 * index, so that the others never hide them.
 */
const maxCounted = 100_000;
const maxSucceeded = 10_000;
const groups = `
  select kind, state, count(*), extract(epoch from clock_timestamp() - min(started_date)) from (
    (select kind, state, started_date from job where state <> 'FINISHED' limit ${maxCounted})
    union all
    (select kind, state, started_date from job where state = 'FINISHED' limit ${maxSucceeded})
  ) counted group by kind, state`;

interface Group {
  readonly kind: string;
  readonly state: string;
  readonly jobs: number;
  /** How long ago the first of them was ordered, in seconds. */
  readonly oldest: number;
}

/** The metrics of a service's jobs. All replicas tell of the same table. */
@Injectable()
export class JobMeasures {
  private readonly groups = recentReading(() => this.read());

  constructor(private readonly readPool: ReadPool) {}

  get all(): readonly Gauge[] {
    return [this.jobs, this.oldest];
  }

  private get jobs(): Gauge<'kind' | 'state'> {
    return {
      name: 'jobs',
      help:
        `Jobs by their state, ${maxSucceeded} FINISHED ones at the most: those at work, and of those that ended ` +
        'the latest and the latest success',
      labelNames: ['kind', 'state'],
      read: async () =>
        (await this.groups()).map(({ kind, state, jobs }) => ({ labels: { kind, state }, value: jobs })),
    };
  }

  private get oldest(): Gauge<'kind'> {
    return {
      name: 'job_oldest_seconds',
      help: 'How long ago the oldest job that has not ended was ordered',
      labelNames: ['kind'],
      read: async () =>
        (await this.groups())
          .filter(({ state }) => state === 'WORKING')
          .map(({ kind, oldest }) => ({ labels: { kind }, value: oldest })),
    };
  }

  private async read(): Promise<Group[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: groups,
      values: [],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([kind, state, jobs, oldest]) => ({
      kind: String(kind),
      state: String(state),
      jobs: Number(jobs),
      oldest: Number(oldest),
    }));
  }
}
