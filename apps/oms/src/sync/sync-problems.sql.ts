import { Injectable } from '@nestjs/common';
import { ReadPool } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';

/** An upstream row that could not be synced, and why. */
export interface SyncProblem {
  readonly omnitronId: number;
  /** When it was last modified upstream: mended, it isn't the same problem. */
  readonly modified: string | null;
  readonly reason: string;
  /** The first of the parents that it needs and that isn't here. */
  readonly parent?: { readonly table: string; readonly omnitronId: number };
}

/** A problem as it is shown. */
export interface ListedProblem {
  readonly omnitronId: number;
  readonly reason: string;
  /** Kind of the row that it waits for; null where it waits for none. */
  readonly parent: string | null;
}

/** The upstream keys that a page covers: behind the first, up to the last; null where there is no end. */
export interface KeyRange {
  readonly behind: number | null;
  readonly upTo: number | null;
  /** Given when of the range only these were looked at. */
  readonly keys?: readonly number[];
}

/** More than anybody reads, and as many as fit an answer. */
const maxShown = 1000;

/** The upstream rows that are left out, by level, until a run finds them in order or gone. */
@Injectable()
export class SyncProblems {
  constructor(private readonly readPool: ReadPool) {}

  /** Makes these the problems of a range of keys. */
  async replace(
    transaction: EntityManager,
    account: number,
    level: string,
    { behind, upTo, keys }: KeyRange,
    problems: readonly SyncProblem[],
  ): Promise<void> {
    if (keys) await this.remove(transaction, account, level, keys);
    else {
      await transaction.query(
        `delete from sync_problem where account_id = $1 and level = $2 and ($3::bigint is null or omnitron_id > $3)
          and ($4::bigint is null or omnitron_id <= $4)`,
        [account, level, behind, upTo],
      );
    }
    if (problems.length === 0) return;
    await transaction.query(
      `insert into sync_problem (account_id, level, omnitron_id, omnitron_modified_date, reason, parent,
         parent_omnitron_id)
       select $1, $2, * from unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[])`,
      [
        account,
        level,
        problems.map(({ omnitronId }) => omnitronId),
        problems.map(({ modified }) => modified),
        problems.map(({ reason }) => reason),
        problems.map(({ parent }) => parent?.table ?? null),
        problems.map(({ parent }) => parent?.omnitronId ?? null),
      ],
    );
  }

  /** Of these upstream keys those that have a problem, and when their rows were modified upstream. */
  async listed(account: number, level: string, keys: readonly number[]): Promise<ReadonlyMap<number, string | null>> {
    if (keys.length === 0) return new Map();
    const rows = await this.readPool.rows({
      account,
      text: `select omnitron_id, omnitron_modified_date from sync_problem where account_id = $1 and level = $2
        and omnitron_id = any ($3)`,
      values: [level, keys],
      isAdhoc: true,
    });
    return new Map(rows.map(([key, modified]) => [Number(key), modified ?? null]));
  }

  /** Whether a row has come since that one of the level's waits for. */
  async areSolved(account: number, level: string, parents: readonly string[]): Promise<boolean> {
    for (const parent of parents) {
      const [solved] = await this.readPool.rows({
        account,
        text: `select from sync_problem problem join ${parent} parent
               on parent.account_id = $1 and parent.omnitron_id = problem.parent_omnitron_id
               where problem.account_id = $1 and problem.level = $2 and problem.parent = $3 limit 1`,
        values: [level, parent],
        isAdhoc: true,
      });
      if (solved) return true;
    }
    return false;
  }

  /** These have none any more. */
  async remove(transaction: EntityManager, account: number, level: string, keys: readonly number[]): Promise<void> {
    if (keys.length > 0)
      await transaction.query(
        'delete from sync_problem where account_id = $1 and level = $2 and omnitron_id = any ($3::bigint[])',
        [account, level, keys],
      );
  }

  /** The first problems of each of the levels, in the order of their keys. */
  async of(account: number, levels: readonly string[]): Promise<Map<string, ListedProblem[]>> {
    const rows = await this.readPool.rows({
      account,
      text: `select level, omnitron_id, reason, parent from (
               select *, row_number() over (partition by level order by omnitron_id) as position from sync_problem
                 where account_id = $1 and level = any ($2)
             ) numbered where position <= ${maxShown} order by level, omnitron_id`,
      values: [levels],
      isPrepared: true,
    });
    const found = rows.map(([level, omnitronId, reason, parent]) => ({
      level: String(level),
      omnitronId: Number(omnitronId),
      reason: String(reason),
      parent: parent ?? null,
    }));
    return Map.groupBy(found, ({ level }) => level);
  }
}
