import type { Reservation } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';

/**
 * SQL of saving a reservation. By the entity the same takes three times as much of Node's CPU (docs/adr/0055), and
 * clients save many.
 */
const columns = [
  'local_pnr',
  'original_pnr',
  'number',
  'service',
  'supplier',
  'carrier',
  'fare_class',
  'issued_at',
  'starts_at',
  'zone',
  'nights',
  'passengers',
  'price',
  'status',
] as const;

const parameters = columns.map((_column, index) => `$${index + 3}`);

const lock = `select (${columns.join(', ')}) is distinct from (${parameters.join(', ')}) as differs from reservation
  where account_id = $1 and id = $2 for update`;
const insert = `insert into reservation (account_id, id, ${columns.join(', ')})
  values ($1, $2, ${parameters.join(', ')})`;
const update = `update reservation set (${columns.join(', ')}, modified_date) = row(${parameters.join(', ')}, null)
  where account_id = $1 and id = $2`;

/** The parameters of the statements. @param input with instants as PostgreSQL writes them */
export function reservationValues(account: number, id: number, input: Reservation): unknown[] {
  const row = new Map<string, unknown>([['passengers', 1], ...Object.entries(input)]);
  return [account, id, ...columns.map((column) => row.get(column) ?? null)];
}

/** Locks the row until the transaction ends. @returns whether it differs; undefined where there is none */
export async function lockToCompare(transaction: EntityManager, values: unknown[]): Promise<boolean | undefined> {
  const [locked] = await transaction.query<{ differs: boolean }[]>(lock, values);
  return locked?.differs;
}

export async function insertReservation(transaction: EntityManager, values: unknown[]): Promise<void> {
  await transaction.query(insert, values);
}

/** The row must be locked already (docs/adr/0036). */
export async function replaceReservation(transaction: EntityManager, values: unknown[]): Promise<void> {
  await transaction.query(update, values);
}
