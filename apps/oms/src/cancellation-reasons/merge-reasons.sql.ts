import { omsSettings } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { settingValue } from '@refundry/settings';
import type { EntityManager } from 'typeorm';
import { isWithheld, type UpstreamReason } from './upstream-reason.js';

export interface MergedReasons {
  readonly inserted: number;
  readonly updated: number;
  readonly deactivated: number;
}

/** Our ids of the reasons that were written. */
export interface WrittenReasons {
  /** Those that are new or have changed, and not become inactive. */
  readonly saved: readonly number[];
  /** Those that were active and are no more. */
  readonly deactivated: readonly number[];
}

interface MergeOptions {
  account: number;
  /** Go on even when more of the active reasons would become inactive than the account's settings permit. */
  isForced: boolean;
}

/** The upstream's reasons as a relation, `$1` being the account and `$2` to `$7` its columns. */
const upstream = `
  select * from unnest($2::integer[], $3::text[], $4::text[], $5::boolean[], $6::integer[], $7::boolean[])
    as upstream(omnitron_id, cancellation_type, subject, extra_information_needed, ordering, is_active)`;

const countLeaving = `
  with upstream as (${upstream})
  select count(*)::integer as active, (count(*) filter (where upstream.is_active is not true))::integer as leaving,
    ${settingValue(omsSettings, 'max_deactivated_percent')} as max_percent
  from cancellation_reason reason left join upstream using (omnitron_id)
  where reason.account_id = $1 and reason.is_active`;

const updateChanged = `
  with upstream as (${upstream})
  update cancellation_reason reason set
    cancellation_type = upstream.cancellation_type, subject = upstream.subject, ordering = upstream.ordering,
    extra_information_needed = upstream.extra_information_needed, is_active = upstream.is_active, modified_date = null
  from upstream, cancellation_reason before
  where reason.account_id = $1 and reason.omnitron_id = upstream.omnitron_id
    and before.account_id = reason.account_id and before.id = reason.id
    and (reason.cancellation_type, reason.subject, reason.extra_information_needed, reason.ordering, reason.is_active)
      is distinct from (upstream.cancellation_type, upstream.subject, upstream.extra_information_needed,
        upstream.ordering, upstream.is_active)
  returning reason.id, before.is_active and not reason.is_active as has_ended`;

const insertNew = `
  with upstream as (${upstream})
  insert into cancellation_reason (account_id, omnitron_id, cancellation_type, subject, extra_information_needed,
    ordering, is_active)
  select $1, omnitron_id, cancellation_type, subject, extra_information_needed, ordering, is_active from upstream
  where not exists (select from cancellation_reason known where known.account_id = $1
    and known.omnitron_id = upstream.omnitron_id)
  order by omnitron_id
  returning id, false as has_ended`;

const deactivateGone = `
  update cancellation_reason set is_active = false, modified_date = null
  where account_id = $1 and is_active and omnitron_id <> all ($2::integer[])
  returning id, true as has_ended`;

const findDifference = `
  with upstream as (${upstream}), reason as (select * from cancellation_reason where account_id = $1)
  select 1 from upstream full join reason using (omnitron_id)
  where case when reason.account_id is null then true when upstream.ordering is null then reason.is_active
    else (reason.cancellation_type, reason.subject, reason.extra_information_needed, reason.ordering, reason.is_active)
      is distinct from (upstream.cancellation_type, upstream.subject, upstream.extra_information_needed,
        upstream.ordering, upstream.is_active) end
  limit 1`;

/**
 * Makes an account's reasons equal to a complete upstream list: new ones are inserted, changed ones updated, gone ones
 * deactivated, unchanged ones not written. Ids are stable; nothing is deleted.
 *
 * @throws Failure `conflict` when more than the permitted share of the active reasons, half of them unless the account
 *   has set another, would become inactive and nobody forces it
 */
export async function mergeReasons(
  transaction: EntityManager,
  reasons: readonly UpstreamReason[],
  { account, isForced }: MergeOptions,
): Promise<{ readonly counts: MergedReasons; readonly written: WrittenReasons }> {
  const kept = reasons.filter((reason) => !isWithheld(reason));
  const columns = columnsOf(kept);
  const parameters = [account, ...columns];
  if (!isForced) await refuseMassDeactivation(transaction, parameters);
  const updated = await rowsOf(transaction, updateChanged, parameters);
  const inserted = await rowsOf(transaction, insertNew, parameters);
  const deactivated = await rowsOf(transaction, deactivateGone, [account, columns[0]]);
  return {
    counts: { inserted: inserted.length, updated: updated.length, deactivated: deactivated.length },
    written: writtenReasons([...updated, ...inserted, ...deactivated]),
  };
}

/** Whether `mergeReasons` would write anything. */
export async function differsFrom(
  transaction: EntityManager,
  account: number,
  reasons: readonly UpstreamReason[],
): Promise<boolean> {
  const columns = columnsOf(reasons.filter((reason) => !isWithheld(reason)));
  const different = await transaction.query<unknown[]>(findDifference, [account, ...columns]);
  return different.length > 0;
}

async function refuseMassDeactivation(transaction: EntityManager, parameters: unknown[]): Promise<void> {
  const [counted] = await transaction.query<{ active: number; leaving: number; max_percent: number }[]>(
    countLeaving,
    parameters,
  );
  const { active, leaving, max_percent: maxPercent } = counted ?? { active: 0, leaving: 0, max_percent: 0 };
  if (leaving * 100 <= active * maxPercent) return;
  throw new Failure(
    'conflict',
    `The pull would deactivate ${leaving} of ${active} active cancellation reasons. Nothing was changed; POST ` +
      'with force=true to go on.',
  );
}

function columnsOf(reasons: readonly UpstreamReason[]): unknown[][] {
  return [
    reasons.map((reason) => reason.pk),
    reasons.map((reason) => reason.cancellation_type ?? ''),
    reasons.map((reason) => reason.subject ?? ''),
    reasons.map((reason) => reason.extra_information_needed ?? false),
    reasons.map((reason) => reason.order ?? 0),
    reasons.map((reason) => reason.is_active ?? true),
  ];
}

interface ReturnedReason {
  /** A text where the column is a bigint. */
  readonly id: number | string;
  readonly has_ended: boolean;
}

/** The rows that a statement returns. */
async function rowsOf(transaction: EntityManager, statement: string, parameters: unknown[]): Promise<ReturnedReason[]> {
  const result = (await transaction.queryRunner?.query(statement, parameters, true)) as
    { records: ReturnedReason[] } | undefined;
  return result?.records ?? [];
}

function writtenReasons(reasons: readonly ReturnedReason[]): WrittenReasons {
  const [deactivated, saved] = [true, false].map((hasEnded) =>
    reasons.filter(({ has_ended: ended }) => ended === hasEnded).map(({ id }) => Number(id)),
  ) as [number[], number[]];
  return { saved, deactivated };
}
