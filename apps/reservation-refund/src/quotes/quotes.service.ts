import { Injectable } from '@nestjs/common';
import type { ProcedureQuestion } from '@refundry/contracts';
import type { ActionRequest } from '@refundry/resource';
import { ReservationLookup } from '../reservations/reservation-lookup.js';
import { quoteAt, type Quote } from './quote.js';
import { selectionOf } from './selection.js';

/** Quotes a refund with one round trip to the database. Nothing is charged by asking. */
@Injectable()
export class QuotesService {
  constructor(private readonly reservations: ReservationLookup) {}

  /**
   * At the moment the gateway received the request.
   *
   * @throws Failure of the lookup; `already_refunded`, `already_used`, `unknown_passenger`, `passenger_refunded`
   */
  async quote({ caller, input, receivedAt }: ActionRequest<ProcedureQuestion>): Promise<Quote> {
    const reservation = await this.reservations.find(caller, input.reserve_id);
    return quoteAt(reservation, selectionOf(reservation, input.passenger_ids), receivedAt);
  }
}
