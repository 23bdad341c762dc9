import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Encrypter } from '@refundry/auth';
import { omnitronPasswordPurpose, type LastRun, type LevelReport, type SetupStep } from '@refundry/contracts';
import { ReadPool } from '@refundry/persistence';
import { OmnitronConnectionsService } from '../omnitron-connections/omnitron-connections.service.js';
import { migrateOms } from '../oms.app.js';
import { omsConfig } from '../oms.config.js';
import { OmsModule } from '../oms.module.js';
import { SetupService } from '../sync/setup.service.js';

const step: SetupStep = 'customers';

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
      OMNITRON_PRIVATE_ADDRESSES: 'true',
    });
    return new RunningSync(await NestFactory.createApplicationContext(OmsModule.with(config), { logger: false }));
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async connect(account: number, url: string, username = 'refundry'): Promise<void> {
    const password = this.app.get(Encrypter).encrypt('secret', omnitronPasswordPurpose(account));
    await this.app.get(OmnitronConnectionsService).set({ account, url, username, sealed_password: password });
  }

  /** Runs the customers' step to its end. @param isFull whether everything is compared anew */
  async run(account: number, { isFull = false } = {}): Promise<LastRun> {
    const setup = this.app.get(SetupService);
    await (isFull ? setup.compare(account, step) : setup.execute(account, step));
    for (;;) {
      const run = await setup.lastRun(account, step);
      if (run.status !== 'WORKING') return run;
      await pause(5);
    }
  }

  async isRequired(account: number): Promise<string> {
    return (await this.app.get(SetupService).isRequired(account, step)).result;
  }

  /** The customers that are stored, in the order of Omnitron's keys. */
  async customers(account: number): Promise<{ id: number; pk: number; email: string }[]> {
    const rows = await this.app.get(ReadPool).rows({
      account,
      text: 'select id, omnitron_id, email from customer where account_id = $1 order by omnitron_id',
      values: [],
      isAdhoc: true,
    });
    return rows.map(([id, pk, email]) => ({ id: Number(id), pk: Number(pk), email: String(email) }));
  }
}

/** The level of a run that has one. */
export function onlyLevel({ levels }: LastRun): LevelReport {
  const [level] = levels;
  if (!level) throw new Error('the run has no level');
  return level;
}
