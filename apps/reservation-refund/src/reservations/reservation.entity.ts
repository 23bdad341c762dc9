import type { PassengerPrice, ReservationStatus, ReservedService } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FoundWaiver } from '../waivers/found-waiver.js';
import type { FoundQuote } from '../manual-quotes/found-quote.js';

/** The booked and paid item. Instants as ISO 8601 writes them. */
@Entity('reservation')
export class ReservationRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  /** The client's own. */
  @BigintColumn({ primary: true })
  id!: number;

  @Column({ name: 'local_pnr', type: 'text' })
  localPnr!: string;

  @Column({ name: 'original_pnr', type: 'text', nullable: true })
  originalPnr!: string | null;

  /** Both keys are kept by a trigger (docs/adr/0037). */
  @Column({ name: 'local_pnr_key', type: 'text', insert: false, update: false, select: false })
  localPnrKey!: string;

  @Column({ name: 'original_pnr_key', type: 'text', nullable: true, insert: false, update: false, select: false })
  originalPnrKey!: string | null;

  @Column({ type: 'text', nullable: true })
  number!: string | null;

  @Column({ type: 'text' })
  service!: ReservedService;

  @Column({ type: 'text', nullable: true })
  supplier!: string | null;

  @Column({ type: 'text', nullable: true })
  carrier!: string | null;

  @Column({ name: 'fare_class', type: 'text', nullable: true })
  fareClass!: string | null;

  @MicrosecondsColumn({ name: 'issued_at' })
  issuedAt!: string;

  @MicrosecondsColumn({ name: 'starts_at' })
  startsAt!: string;

  @Column({ type: 'text' })
  zone!: string;

  @Column({ type: 'integer', nullable: true })
  nights!: number | null;

  @Column({ type: 'integer' })
  passengers!: number;

  /** In Rial. */
  @BigintColumn()
  price!: number;

  /** Of each passenger in their order; null where they share the price evenly. */
  @Column({ name: 'passenger_prices', type: 'jsonb', nullable: true })
  passengerPrices!: readonly PassengerPrice[] | null;

  @Column({ type: 'text' })
  status!: ReservationStatus;

  /** A copy, kept by a trigger (docs/adr/0066). */
  @Column({ name: 'open_quotes', type: 'jsonb', nullable: true, insert: false, update: false, select: false })
  openQuotes!: readonly FoundQuote[] | null;

  /** A copy of those that are approved, kept by a trigger (docs/adr/0067). */
  @Column({ name: 'waivers', type: 'jsonb', nullable: true, insert: false, update: false, select: false })
  waivers!: readonly FoundWaiver[] | null;

  /** Both dates are stamped by triggers (docs/adr/0036). */
  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false, select: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false, select: false })
  modifiedDate!: string;
}
