import type { RefundTier, ReservedService } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A rule set in its present version. */
@Entity('refund_rules')
export class RefundRulesRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity' })
  id!: number;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  domain!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  service!: ReservedService | null;

  @Column({ type: 'text', nullable: true })
  supplier!: string | null;

  @Column({ type: 'text', nullable: true })
  carrier!: string | null;

  @Column({ name: 'fare_class', type: 'text', nullable: true })
  fareClass!: string | null;

  @MicrosecondsColumn({ name: 'valid_from', nullable: true })
  validFrom!: string | null;

  @MicrosecondsColumn({ name: 'valid_until', nullable: true })
  validUntil!: string | null;

  /** For reservations that start from the one until before the other. */
  @MicrosecondsColumn({ name: 'departs_from', nullable: true })
  departsFrom!: string | null;

  @MicrosecondsColumn({ name: 'departs_until', nullable: true })
  departsUntil!: string | null;

  /** Of what an adult bears; null for as much. */
  @Column({ name: 'child_percent', type: 'integer', nullable: true })
  childPercent!: number | null;

  @Column({ name: 'infant_percent', type: 'integer', nullable: true })
  infantPercent!: number | null;

  @Column({ name: 'grace_minutes', type: 'integer' })
  graceMinutes!: number;

  @Column({ type: 'json' })
  tiers!: readonly RefundTier[];

  /** Of two that match, the greater applies. */
  @Column({ type: 'integer' })
  specificity!: number;

  @Column({ name: 'is_retired', type: 'boolean' })
  isRetired!: boolean;

  /** Both dates are stamped by triggers (docs/adr/0036). */
  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false, select: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false, select: false })
  modifiedDate!: string;

  /** The keys are kept by a trigger (docs/adr/0037). */
  @Column({ name: 'supplier_key', type: 'text', nullable: true, insert: false, update: false, select: false })
  supplierKey!: string | null;

  @Column({ name: 'carrier_key', type: 'text', nullable: true, insert: false, update: false, select: false })
  carrierKey!: string | null;

  @Column({ name: 'fare_class_key', type: 'text', nullable: true, insert: false, update: false, select: false })
  fareClassKey!: string | null;
}
