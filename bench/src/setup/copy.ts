import pg from 'pg';
import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { copyIn } from '../system/copy-in.js';
import { copyBody, readCopyTexts, type CopyTexts } from './copy-text.js';
import { settle, takeAwayRows } from './settle.js';
import type { SetupLevel } from './step.js';
import { storedRows } from './stored-rows.js';
import { subjectNames, type Subject } from './subject.js';
import type { SetupSystem } from './system.js';

/** Accounts that nobody else has. */
const firstAccount = 1_000_000;

/**
 * PostgreSQL's share: the rows of an earlier turn of ours copied for another account, in one transaction, by the owner
 * of the tables, because PostgreSQL copies nothing into tables with row-level security for anybody else.
 */
export async function copyOf(system: SetupSystem, cleanup: AsyncDisposableStack): Promise<Subject> {
  const owner = new pg.Client({ connectionString: system.omsDatabase.ownerUrl });
  await owner.connect();
  cleanup.defer(() => owner.end());
  const { levels, before } = system.step;
  let texts: { readonly own: CopyTexts; readonly before: CopyTexts } | undefined;
  return {
    name: subjectNames.copy,
    cpuMicros: { client: ownCpuMicros, postgres: () => cpuMicrosOf(system.serverPids.postgres) },
    prepare: async (round) => {
      texts ??= { own: await readCopyTexts(owner, levels), before: await readCopyTexts(owner, before?.levels ?? []) };
      await takeAwayRows(system);
      const account = firstAccount + round;
      if (before) await copyAll(owner, before.levels, texts.before, account);
      const bodies = texts.own.map((rows) => copyBody(rows, account));
      await settle(system);
      return {
        run: () => copyBodies(owner, levels, bodies),
        outcome: async () => ({ rows: await storedRows(system, account) }),
      };
    },
  };
}

const copyAll = (owner: pg.Client, levels: readonly SetupLevel[], texts: CopyTexts, account: number): Promise<void> =>
  copyBodies(
    owner,
    levels,
    texts.map((rows) => copyBody(rows, account)),
  );

async function copyBodies(owner: pg.Client, levels: readonly SetupLevel[], bodies: readonly Buffer[]): Promise<void> {
  await owner.query('begin');
  for (const [index, { table, columns }] of levels.entries())
    await copyIn(owner, table, ['account_id', ...columns], bodies[index]!);
  await owner.query('commit');
}
