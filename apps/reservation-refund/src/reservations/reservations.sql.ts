import type { DetailedReservation } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { passengerPrices, passengersOf } from './passenger-prices.js';

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

const parameterOf = (column: (typeof columns)[number]): string => `$${columns.indexOf(column) + 3}`;
const parameters = columns.map(parameterOf);
const givenPrices = `$${columns.length + 3}::jsonb`;
const keepsPrices = `$${columns.length + 4}::boolean`;

/** Prices that are not given stay as they are while they can be those of the passengers. */
const nextPrices = `case when ${keepsPrices} and (passengers, price) = (${parameterOf('passengers')}::integer,
  ${parameterOf('price')}::bigint) then passenger_prices else ${givenPrices} end`;
const next = [...parameters, nextPrices].join(', ');
const written = [...columns, 'passenger_prices'].join(', ');

const lock = `select passengers, (${written}) is distinct from (${next}) as differs,
    (passengers, price, passenger_prices) is distinct from (${parameterOf('passengers')}, ${parameterOf('price')},
      ${nextPrices}) as "isRepriced"
  from reservation where account_id = $1 and id = $2 for update`;
const insert = `insert into reservation (account_id, id, ${written})
  values ($1, $2, ${parameters.join(', ')}, case when not ${keepsPrices} then ${givenPrices} end)`;
const update = `update reservation set (${written}, modified_date) = row(${next}, null)
  where account_id = $1 and id = $2`;

/**
 * The parameters of the statements.
 *
 * @param input with instants as PostgreSQL writes them
 * @throws Failure `invalid` for prices of passengers that don't fit
 */
export function reservationValues(account: number, id: number, input: DetailedReservation): unknown[] {
  const prices = passengerPrices(input);
  const row = new Map<string, unknown>([...Object.entries(input), ['passengers', passengersOf(input)]]);
  const keeps = input.passenger_prices === undefined;
  return [account, id, ...columns.map((column) => row.get(column) ?? null), prices && JSON.stringify(prices), keeps];
}

/** A stored reservation, and how it differs from the one that is saved. */
export interface KnownReservation {
  readonly passengers: number;
  readonly differs: boolean;
  /** In its price, or those of its passengers. */
  readonly isRepriced: boolean;
}

/** Locks the row until the transaction ends. @returns undefined where there is none */
export async function lockToCompare(
  transaction: EntityManager,
  values: unknown[],
): Promise<KnownReservation | undefined> {
  const [locked] = await transaction.query<KnownReservation[]>(lock, values);
  return locked;
}

export async function insertReservation(transaction: EntityManager, values: unknown[]): Promise<void> {
  await transaction.query(insert, values);
}

/** The row must be locked already (docs/adr/0036). */
export async function replaceReservation(transaction: EntityManager, values: unknown[]): Promise<void> {
  await transaction.query(update, values);
}
