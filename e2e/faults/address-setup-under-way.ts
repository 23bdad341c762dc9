import { expect } from '@jest/globals';
import type { Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import type { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

/** A tenth of the real size, unless all of it is asked for (`npm run test:faults`). */
export const isFullSize = process.env.FULL_SIZE !== undefined;
export const districts = isFullSize ? 73_256 : 7326;
/** How long Omnitron takes for a page, so that a run takes two seconds and more. */
const pageMs = isFullSize ? 200 : 500;
const townships = 999;
const cities = 81;

export const setupPath = '/api/v1/oms/setup/addresses/';

interface Report {
  readonly status: string;
  readonly error: string | null;
  readonly levels: readonly { name: string; seen: number; inserted: number; skipped: number; problems: unknown[] }[];
}

interface JobRow {
  readonly id: string;
  readonly state: string;
  readonly fence: number;
  readonly checkpoint: { level: number; after: number | null } | null;
}

/** An account's address setup that takes its time, so that things can happen to it. */
export class AddressSetupUnderWay {
  constructor(
    readonly system: RunningSystem,
    readonly client: Client,
  ) {}

  /** Begins one; every page of districts takes its time. */
  static async begin(system: RunningSystem, ms = pageMs): Promise<AddressSetupUnderWay> {
    const setup = new AddressSetupUnderWay(system, await system.newClient());
    await system.simulator.forgetRequests();
    await system.simulator.misbehave({ kind: 'latency', resource: 'districts', ms });
    await setup.execute();
    return setup;
  }

  async execute(): Promise<void> {
    const answer = await this.client.request('POST', `${setupPath}execute/`);
    expect(answer.status).toBe(204);
  }

  async abort(): Promise<void> {
    expect((await this.client.request('POST', `${setupPath}abort/`)).status).toBe(204);
  }

  async status(): Promise<string> {
    return ((await this.client.get(`${setupPath}get_async_status/`)).json as { result: string }).result;
  }

  async lastRun(): Promise<Report> {
    return (await this.client.get(`${setupPath}last_run/`)).json as Report;
  }

  /** How many rows the run has seen. */
  async seen(): Promise<number> {
    const [job] = await this.query<{ progress: { levels: { seen: number }[] } | null }>(
      'select progress from job order by id desc limit 1',
    );
    return (job?.progress?.levels ?? []).reduce((sum, level) => sum + level.seen, 0);
  }

  async job(): Promise<JobRow> {
    const [job] = await this.query<JobRow>('select id, state, fence, checkpoint from job order by id desc limit 1');
    if (!job) throw new Error('there is no job');
    return job;
  }

  /** Waits until so many rows have been seen, or the run is over. */
  async untilSeen(rows: number): Promise<void> {
    await until(
      `${rows} rows have been seen`,
      async () => (await this.seen()) >= rows || (await this.job()).state !== 'WORKING',
      { within: 60_000 },
    );
  }

  /** Waits for the end and checks that it is the right one: every row here, none twice. */
  async finishes(): Promise<void> {
    const { state } = await until(
      'the run ends',
      async () => {
        const job = await this.job();
        return job.state !== 'WORKING' && job;
      },
      { within: 120_000 },
    );
    expect(state).toBe('FINISHED');
    const { error, levels } = await this.lastRun();
    expect(error).toBeNull();
    expect(
      levels.map(({ name, seen, inserted, skipped, problems }) => [name, seen, inserted, skipped, problems]),
    ).toEqual([
      ['countries', 1, 1, 0, []],
      ['cities', cities, cities, 0, []],
      ['townships', townships, townships, 0, []],
      ['districts', districts, districts, 0, []],
    ]);
    for (const [table, rows] of [
      ['country', 1],
      ['city', cities],
      ['township', townships],
      ['district', districts],
    ] as const) {
      const [counted] = await this.query<{ rows: number; keys: number }>(
        `select count(*)::integer as rows, count(distinct omnitron_id)::integer as keys from ${table}
          where account_id = (select max(account_id) from job)`,
      );
      expect([table, counted]).toEqual([table, { rows, keys: rows }]);
    }
  }

  /** The keys behind which districts were asked for since the simulator's log was emptied; null for the beginning. */
  async districtsAskedBehind(): Promise<(number | null)[]> {
    const { recent } = await this.system.simulator.requests();
    const asked = recent
      .map(({ url }) => new URL(url, 'http://omnitron'))
      .filter(({ pathname, searchParams }) => pathname === '/api/v1/districts/' && searchParams.get('sort') === 'pk');
    return asked.map(({ searchParams }) => (searchParams.has('pk__gt') ? Number(searchParams.get('pk__gt')) : null));
  }

  query<T>(sql: string): Promise<T[]> {
    return queryDatabase<T>(this.system.databases.oms.ownerUrl, sql);
  }
}
