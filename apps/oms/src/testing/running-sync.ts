import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Encrypter } from '@refundry/auth';
import { omnitronPasswordPurpose, type LastRun, type LevelReport, type SetupStep } from '@refundry/contracts';
import { Jobs } from '@refundry/jobs';
import { ReadPool, type TextRow } from '@refundry/persistence';
import { CancellationReasonsPull } from '../cancellation-reasons/cancellation-reasons.pull.js';
import { OmnitronConnectionsService } from '../omnitron-connections/omnitron-connections.service.js';
import { migrateOms } from '../oms.app.js';
import { omsConfig } from '../oms.config.js';
import { OmsModule } from '../oms.module.js';
import { SetupService } from '../sync/setup.service.js';

interface RunOptions {
  readonly step?: SetupStep;
  /** Whether everything is compared anew. */
  readonly isFull?: boolean;
}

/** An event as the log has it. */
export interface LoggedEvent {
  readonly type: string;
  readonly subject: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The service without its wire, for tests of what its steps sync. */
export class RunningSync {
  private constructor(private readonly app: INestApplicationContext) {}

  static async start(
    natsUrl: string,
    database: { readonly url: string; readonly ownerUrl: string },
  ): Promise<RunningSync> {
    await migrateOms(database.ownerUrl);
    const config = omsConfig({
      DATABASE_URL: database.url,
      NATS_URL: natsUrl,
      SECRET_KEY: randomBytes(32).toString('base64'),
      WIRE_KEY: randomBytes(32).toString('base64'),
      OMNITRON_PRIVATE_ADDRESSES: 'true',
    });
    return new RunningSync(await NestFactory.createApplicationContext(OmsModule.with(config), { logger: false }));
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async connect(account: number, url: string, username = 'refundry'): Promise<void> {
    const password = this.app.get(Encrypter).encrypt('secret', omnitronPasswordPurpose(account));
    await this.app
      .get(OmnitronConnectionsService)
      .set({ account, url, username, sealed_password: password }, { account });
  }

  /** Runs a step, the customers' unless it is said, to its end. */
  async run(account: number, { step = 'customers', isFull = false }: RunOptions = {}): Promise<LastRun> {
    const setup = this.app.get(SetupService);
    await (isFull ? setup.compare(account, step) : setup.execute(account, step));
    return this.ended(account, step);
  }

  /** The last run of a step, once it has ended. */
  async ended(account: number, step: SetupStep): Promise<LastRun> {
    const setup = this.app.get(SetupService);
    for (;;) {
      const run = await setup.lastRun(account, step);
      if (run.status !== 'WORKING') return run;
      await pause(5);
    }
  }

  async isRequired(account: number): Promise<string> {
    return (await this.app.get(SetupService).isRequired(account, 'customers')).result;
  }

  abort(account: number, step: SetupStep): Promise<void> {
    return this.app.get(SetupService).abort(account, step);
  }

  /** Wakes a worker for a job that a test has put there. */
  announce(account: number, job: string): void {
    this.app.get(Jobs).announce(account, job);
  }

  /** Pulls cancellation reasons outside of a step. */
  pull(account: number): Promise<void> {
    return this.app.get(CancellationReasonsPull).run({ account, forcedBy: { account }, requestId: 'a test' });
  }

  /** The account's log of events, once it has all that were left. */
  async events(account: number): Promise<LoggedEvent[]> {
    while ((await this.rows(account, 'select from outbox where account_id = $1 and not is_logged')).length > 0)
      await pause(5);
    const rows = await this.rows(
      account,
      'select type, subject, data from event where account_id = $1 order by position',
    );
    return rows.map(([type, subject, data]) => ({
      type: String(type),
      subject: subject ?? null,
      content: JSON.parse(String(data)) as LoggedEvent['content'],
    }));
  }

  /** The customers that are stored, in the order of Omnitron's keys. */
  async customers(account: number): Promise<{ id: number; pk: number; email: string }[]> {
    const rows = await this.rows(
      account,
      'select id, omnitron_id, email from customer where account_id = $1 order by omnitron_id',
    );
    return rows.map(([id, pk, email]) => ({ id: Number(id), pk: Number(pk), email: String(email) }));
  }

  /** Our ids of a table's rows, in the order of Omnitron's keys. */
  async ids(account: number, table: string): Promise<number[]> {
    const rows = await this.rows(account, `select id from ${table} where account_id = $1 order by omnitron_id`);
    return rows.map(([id]) => Number(id));
  }

  private rows(account: number, text: string): Promise<TextRow[]> {
    return this.app.get(ReadPool).rows({ account, text, values: [], isAdhoc: true });
  }
}

/** The level of a run that has one. */
export function onlyLevel({ levels }: LastRun): LevelReport {
  const [level] = levels;
  if (!level) throw new Error('the run has no level');
  return level;
}
