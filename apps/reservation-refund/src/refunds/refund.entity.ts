import type { RefundState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import type { ActorKind } from '@refundry/resource';
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

  /** Taken off the penalty. */
  @BigintColumn({ default: 0 })
  waived!: number;

  /** Null where nothing is waived, or several waivers apply. */
  @BigintColumn({ name: 'waiver_id', nullable: true })
  waiver!: number | null;

  @BigintColumn({ name: 'reason_id', nullable: true })
  reason!: number | null;

  /** The rules that applied, in the version that they had; null where a manual quote took their place. */
  @BigintColumn({ name: 'rule_id', nullable: true })
  rule!: number | null;

  @Column({ name: 'rule_version', type: 'integer', nullable: true })
  ruleVersion!: number | null;

  @BigintColumn({ name: 'quote_id', nullable: true })
  quote!: number | null;

  /** The actor who requested it; null where the version before has written it, or knew none. */
  @Column({ name: 'requested_by_kind', type: 'text', nullable: true })
  requestedByKind!: ActorKind | null;

  @Column({ name: 'requested_by', type: 'text', nullable: true })
  requestedBy!: string | null;

  /** The moment whose penalty holds; a trigger keeps the order of refunds (docs/adr/0023). */
  @MicrosecondsColumn({ name: 'requested_date' })
  requestedDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false })
  modifiedDate!: string;
}
