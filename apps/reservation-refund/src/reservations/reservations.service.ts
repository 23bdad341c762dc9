import { Injectable } from '@nestjs/common';
import type { RefundState, Reservation } from '@refundry/contracts';
import { Transactions } from '@refundry/persistence';
import { invalid, isDecimalId, normalReserveId, wrongState, type ActionRequest, type FieldErrors } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { movesFrom } from '../refunds/refund-state.js';
import { withInstants } from './time-zone.js';

/** What a reservation may be saved with. */
const columns = [
  'local_pnr', 'original_pnr', 'number', 'service', 'supplier', 'carrier', 'fare_class',
  'issued_at', 'starts_at', 'zone', 'nights', 'passengers', 'price', 'status',
] as const;

/** Unchanged it isn't written, so that `modified_date` says when something changed. */
const save = `
  insert into reservation (account_id, id, ${columns.join(', ')}) values (${['account_id', 'id', ...columns].map((_column, index) => `$${index + 1}`).join(', ')})
  on conflict (account_id, id) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, modified_date = clock_timestamp()
  where (${columns.map((column) => `reservation.${column}`).join(', ')}) is distinct from (${columns.map((column) => `excluded.${column}`).join(', ')})`;

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
    await this.transactions.run({ account }, async (transaction) => {
      if (reservation.status !== 'refund') await refuseWhileGivenBack(transaction, account, id);
      await transaction.query(save, [account, id, ...valuesOf(reservation)]);
    });
  }
}

/** Waits for whoever is asking for a refund. */
async function refuseWhileGivenBack(transaction: EntityManager, account: number, id: number): Promise<void> {
  await transaction.query('select from reservation where account_id = $1 and id = $2 for update', [account, id]);
  const [refund] = await transaction.query<{ status: RefundState }[]>("select status from refund where account_id = $1 and reservation_id = $2 and status <> 'rejected'", [account, id]);
  if (refund) throw wrongState({ of: 'refund', state: refund.status, possible: movesFrom(refund.status) });
}

/** A PNR of invisible characters only would be found by no name. */
function refuseBlankPnrs({ local_pnr: local, original_pnr: original }: Reservation): void {
  const errors: Record<string, FieldErrors> = {};
  for (const [name, pnr] of Object.entries({ local_pnr: local, original_pnr: original })) if (typeof pnr === 'string' && normalReserveId(pnr) === '') errors[name] = ['This field may not be blank.'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

function valuesOf(input: Reservation): unknown[] {
  const row = new Map<string, unknown>([['passengers', 1], ...Object.entries(input)]);
  return columns.map((column) => row.get(column) ?? null);
}
