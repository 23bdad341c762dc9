import { recentReading, type Gauge, type Sample } from '@refundry/observability';
import type { ReadPool } from '@refundry/persistence';
import { forEachPage } from '@refundry/persistence';

/**
 * Steps that are shown, those first whose last success is longest ago as measured by their interval; of 500 accounts
 * all are.
 */
const maxShownSteps = 2000;
const pageSize = 1000;

type Labels = 'account' | 'step';

/** When a step of an account last succeeded. */
interface StepSuccess {
  readonly account: number;
  readonly step: string;
  readonly everySeconds: number;
  /** As it was when the times were read. */
  readonly ageSeconds: number;
}

interface ReadTimes {
  readonly at: number;
  readonly steps: readonly StepSuccess[];
}

/** Reads when the steps of all accounts last succeeded, a page at a time and seldom, however many scrape it. */
export class LastSuccessAge {
  private readonly times = recentReading(
    () => this.readTimes(),
    () => this.now(),
  );

  /** @param now a clock in milliseconds */
  constructor(
    private readonly readPool: ReadPool,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** For the operator's alarms: a step that has not succeeded for long, or never, whatever the reason. */
  get gauge(): Gauge<Labels> {
    return {
      name: 'sync_last_success_age_seconds',
      help:
        'Seconds since a step of an account last succeeded, or, if it never has, since the account got its ' +
        'Omnitron',
      labelNames: ['account', 'step'],
      read: () => this.samples(),
    };
  }

  private async samples(): Promise<Sample<Labels>[]> {
    const { at, steps } = await this.times();
    const passed = (this.now() - at) / 1000;
    return steps.map(({ account, step, ageSeconds }) => ({
      labels: { account: String(account), step },
      value: ageSeconds + passed,
    }));
  }

  private async readTimes(): Promise<ReadTimes> {
    const at = this.now();
    let shown: StepSuccess[] = [];
    await forEachPage<StepSuccess>({
      pageSize,
      read: (last) => this.readPage(last),
      work: (page) => {
        shown = maxOverdueSteps([...shown, ...page]);
        return Promise.resolve();
      },
    });
    return { at, steps: shown };
  }

  private async readPage(last: StepSuccess | undefined): Promise<StepSuccess[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: `select account_id, step, every_seconds, extract(epoch from clock_timestamp() - coalesce(
               (select max(finished_date) from job where job.account_id = schedule.account_id
                 and job.kind = schedule.step and job.state = 'FINISHED'), created_date))
             from sync_schedule schedule where (account_id, step) > ($1::int8, $2) order by account_id, step
             limit ${pageSize}`,
      values: [last?.account ?? 0, last?.step ?? ''],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([account, step, everySeconds, seconds]) => ({
      account: Number(account),
      step: String(step),
      everySeconds: Number(everySeconds),
      ageSeconds: Number(seconds),
    }));
  }
}

/** A step that never runs by itself comes after all others. */
const overdue = ({ ageSeconds, everySeconds }: StepSuccess): number =>
  everySeconds === 0 ? 0 : ageSeconds / everySeconds;

const maxOverdueSteps = (steps: StepSuccess[]): StepSuccess[] =>
  steps.length <= maxShownSteps
    ? steps
    : steps.toSorted((one, other) => overdue(other) - overdue(one)).slice(0, maxShownSteps);
