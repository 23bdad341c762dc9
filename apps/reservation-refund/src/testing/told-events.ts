import type pg from 'pg';

/** Each event once, whether it waits in the outbox, stands in the log, or does both for a moment. */
const told = `
  select distinct on (event_id) type, occurred, data from (
    select message_id as event_id, payload ->> 'type' as type, (payload ->> 'occurred')::timestamptz as occurred,
      payload as data from outbox
    union all select event_id, type, occurred, data from event
  ) everywhere`;

/** The types of the events about one of the numbers, in the order in which they occurred. @param of a field */
export async function toldEvents(
  owner: pg.Client,
  of: 'refund' | 'reservation' | 'waiver',
  numbers: readonly number[],
): Promise<readonly string[]> {
  const { rows } = await owner.query<{ type: string }>(
    `select type from (${told}) told where (data ->> $1)::bigint = any ($2::bigint[]) order by occurred`,
    [of, numbers],
  );
  return rows.map(({ type }) => type);
}
