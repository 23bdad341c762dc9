import type { QuoteCategory, QuoteState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import type { ActorKind } from '@refundry/resource';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The penalty of passengers of a reservation that an operator sets by hand. Amounts are in Rial. */
@Entity('manual_quote')
export class ManualQuoteRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: number;

  @BigintColumn({ name: 'reservation_id' })
  reservation!: number;

  @Column({ type: 'text' })
  domain!: string;

  @Column({ type: 'integer', array: true })
  passengers!: readonly number[];

  @Column({ type: 'text' })
  category!: QuoteCategory;

  @Column({ type: 'text' })
  status!: QuoteState;

  /** Of the passengers, when the penalty was set: it holds for no other. */
  @BigintColumn()
  price!: number;

  @BigintColumn({ nullable: true })
  penalty!: number | null;

  @MicrosecondsColumn({ name: 'respond_by' })
  respondBy!: string;

  /** Said by an event already. */
  @Column({ name: 'is_overdue', type: 'boolean', default: false })
  isOverdue!: boolean;

  @MicrosecondsColumn({ name: 'valid_until', nullable: true })
  validUntil!: string | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ name: 'answer_note', type: 'text', nullable: true })
  answerNote!: string | null;

  @Column({ name: 'internal_note', type: 'text', nullable: true })
  internalNote!: string | null;

  @MicrosecondsColumn({ name: 'requested_date' })
  requestedDate!: string;

  @MicrosecondsColumn({ name: 'answered_date', nullable: true })
  answeredDate!: string | null;

  @Column({ name: 'answered_by_kind', type: 'text', nullable: true })
  answeredByKind!: ActorKind | null;

  @Column({ name: 'answered_by', type: 'text', nullable: true })
  answeredBy!: string | null;

  /** Both dates are stamped by triggers (docs/adr/0036). */
  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false, select: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false, select: false })
  modifiedDate!: string;
}
