import type { WaiverState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import type { ActorKind } from '@refundry/resource';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A lower penalty for passengers of a reservation. Amounts are in Rial; it has either a penalty or a percentage. */
@Entity('waiver')
export class WaiverRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity' })
  id!: number;

  @BigintColumn({ name: 'reservation_id' })
  reservation!: number;

  /** Places among the passengers, from 1 on, in their order. */
  @Column({ type: 'integer', array: true })
  passengers!: readonly number[];

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  status!: WaiverState;

  @BigintColumn({ nullable: true })
  penalty!: number | null;

  @Column({ name: 'percent_off', type: 'integer', nullable: true })
  percentOff!: number | null;

  /** When it was proposed. */
  @BigintColumn()
  waived!: number;

  /** The most that it ever waives, where one person has approved it alone. */
  @BigintColumn({ name: 'max_waived', nullable: true })
  maxWaived!: number | null;

  /** Of the penalty, that of its code when it was proposed. */
  @Column({ name: 'largest_percent', type: 'integer', nullable: true })
  maxPercent!: number | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @MicrosecondsColumn({ name: 'valid_until', nullable: true })
  validUntil!: string | null;

  /** The actor who proposed it. */
  @Column({ name: 'proposed_by_kind', type: 'text', nullable: true })
  proposedByKind!: ActorKind | null;

  @Column({ name: 'proposed_by', type: 'text', nullable: true })
  proposedBy!: string | null;

  /** The actor who approved, rejected or revoked it, the latest. */
  @Column({ name: 'decided_by', type: 'text', nullable: true })
  decidedBy!: string | null;

  @MicrosecondsColumn({ name: 'proposed_date' })
  proposedDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false })
  modifiedDate!: string;
}
