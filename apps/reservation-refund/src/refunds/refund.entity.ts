import type { RefundState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Passengers of a reservation who are given back together. Amounts are in Rial. */
@Entity('refund')
export class RefundRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity' })
  id!: number;

  @BigintColumn({ name: 'reservation_id' })
  reservation!: number;

  @Column({ type: 'text' })
  status!: RefundState;

  @BigintColumn()
  price!: number;

  @BigintColumn()
  penalty!: number;

  @BigintColumn({ name: 'reason_id', nullable: true })
  reason!: number | null;

  /** The rules that applied, in the version that they had. */
  @BigintColumn({ name: 'rule_id' })
  rule!: number;

  @Column({ name: 'rule_version', type: 'integer' })
  ruleVersion!: number;

  /** The moment whose penalty holds; a trigger keeps the order of refunds (docs/adr/0023). */
  @MicrosecondsColumn({ name: 'requested_date' })
  requestedDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false })
  modifiedDate!: string;
}
