import { Injectable } from '@nestjs/common';
import type { RefundState, Reservation } from '@refundry/contracts';
import { invalid, wrongState, type FieldErrors } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { isDecimalId, normalReserveId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { movesFrom } from '../refunds/refund-state.js';
import { withInstants } from './time-zone.js';

/** Checks a reservation before it is saved. */
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

/**
 * The row is locked before it is written: a statement that may write takes the account's lock of stamps, and a
 * transaction that waits for a row must not hold that (docs/adr/0036). Unchanged it isn't written, so that
 * `modified_date` says when something changed.
 */
const lock = `select (${columns.join(', ')}) is distinct from (${parameters.join(', ')}) as differs from reservation
  where account_id = $1 and id = $2 for update`;
const insert = `insert into reservation (account_id, id, ${columns.join(', ')})
  values ($1, $2, ${parameters.join(', ')})`;
const update = `update reservation set (${columns.join(', ')}, modified_date) = row(${parameters.join(', ')}, null)
  where account_id = $1 and id = $2`;
/** It is saved again when another request has inserted it since it was looked for. */
const attempts = 3;

/** Keeps the reservations that clients tell of. */
@Injectable()
export class ReservationsService {
  constructor(private readonly transactions: Transactions) {}

  /** @throws Failure `invalid`, `wrong_state` for one that is being given back and is said to be in another state */
  async save({ caller: { account }, key, input }: ActionRequest<Reservation>): Promise<void> {
    const id = Number(key);
    if (!isDecimalId(key) || !Number.isSafeInteger(id)) throw invalid({ id: ['A valid integer is required.'] });
    refuseBlankPnrs(input);
    const reservation = withInstants(input);
    const values = [account, id, ...valuesOf(reservation)];
    await this.transactions.run({ account, attempts }, async (transaction) => {
      const [locked] = await transaction.query<{ differs: boolean }[]>(lock, values);
      if (locked && reservation.status !== 'refund') await refuseWhileRefunded(transaction, account, id);
      if (!locked) await transaction.query(insert, values);
      else if (locked.differs) await transaction.query(update, values);
    });
  }
}

async function refuseWhileRefunded(transaction: EntityManager, account: number, id: number): Promise<void> {
  const [refund] = await transaction.query<{ status: RefundState }[]>(
    "select status from refund where account_id = $1 and reservation_id = $2 and status <> 'rejected'",
    [account, id],
  );
  if (refund) throw wrongState({ of: 'refund', state: refund.status, possible: movesFrom(refund.status) });
}

/** A PNR of invisible characters only would be found by no name. */
function refuseBlankPnrs({ local_pnr: local, original_pnr: original }: Reservation): void {
  const errors: Record<string, FieldErrors> = {};
  for (const [name, pnr] of Object.entries({ local_pnr: local, original_pnr: original }))
    if (typeof pnr === 'string' && normalReserveId(pnr) === '') errors[name] = ['This field may not be blank.'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

function valuesOf(input: Reservation): unknown[] {
  const row = new Map<string, unknown>([['passengers', 1], ...Object.entries(input)]);
  return columns.map((column) => row.get(column) ?? null);
}
