import { Injectable } from '@nestjs/common';
import type { Reservation } from '@refundry/contracts';
import { isWholeNumber, Transactions } from '@refundry/persistence';
import { Failure, invalid, normalReserveId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { isTimeZone } from './time-zone.js';

/** What a reservation may be saved with. */
const columns = [
  'local_pnr', 'original_pnr', 'local_pnr_key', 'original_pnr_key', 'number', 'service', 'supplier', 'carrier', 'fare_class',
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

  /** @throws Failure `invalid`, `conflict` for one that is being given back and is said to be in another state */
  async save({ caller: { account }, key, input }: ActionRequest<Reservation>): Promise<void> {
    const id = Number(key);
    if (!isWholeNumber(key) || !Number.isSafeInteger(id)) throw invalid({ id: ['A valid integer is required.'] });
    if (!isTimeZone(input.zone)) throw invalid({ zone: ['Enter a valid time zone.'] });
    await this.transactions.run({ account }, async (transaction) => {
      if (input.status !== 'refund') await refuseWhileGivenBack(transaction, account, id);
      await transaction.query(save, [account, id, ...valuesOf(input)]);
    });
  }
}

/** Waits for whoever is asking for a refund. */
async function refuseWhileGivenBack(transaction: EntityManager, account: number, id: number): Promise<void> {
  await transaction.query('select from reservation where account_id = $1 and id = $2 for update', [account, id]);
  const refunds = await transaction.query<object[]>("select from refund where account_id = $1 and reservation_id = $2 and status <> 'rejected'", [account, id]);
  if (refunds.length > 0) throw new Failure('conflict', 'The reservation is being given back.');
}

function valuesOf(input: Reservation): unknown[] {
  const { local_pnr: localPnr, original_pnr: originalPnr = null, passengers = 1 } = input;
  const computed = { passengers, local_pnr_key: normalReserveId(localPnr), original_pnr_key: originalPnr === null ? null : normalReserveId(originalPnr) };
  const row = new Map<string, unknown>([...Object.entries(input), ...Object.entries(computed)]);
  return columns.map((column) => row.get(column) ?? null);
}
