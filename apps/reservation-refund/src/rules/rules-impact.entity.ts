import type { ImpactExample, ImpactState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WrittenRules } from './rules-content.js';

/** An example, and how much more or less comes back. */
export interface KeptExample extends ImpactExample {
  readonly difference: number;
}

/** A preview of the impact of rules. */
@Entity('refund_rules_impact')
export class RulesImpactRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity' })
  id!: number;

  /** The job that prices the reservations. */
  @Column({ name: 'job_id', type: 'bigint' })
  job!: string;

  @Column({ type: 'text' })
  state!: ImpactState;

  @BigintColumn({ name: 'draft_id', nullable: true })
  draftId!: number | null;

  /** The rule set in whose place the rules are tried. */
  @BigintColumn({ name: 'rules_id', nullable: true })
  rulesId!: number | null;

  @Column({ type: 'text' })
  domain!: string;

  @Column({ type: 'json' })
  rules!: WrittenRules;

  @MicrosecondsColumn({ name: 'priced_at' })
  pricedAt!: string;

  @BigintColumn({ nullable: true })
  expected!: number | null;

  @BigintColumn({ default: 0 })
  checked!: number;

  @BigintColumn({ default: 0 })
  unchanged!: number;

  @BigintColumn({ name: 'priced_differently', default: 0 })
  pricedDifferently!: number;

  @BigintColumn({ name: 'newly_refundable', default: 0 })
  newlyRefundable!: number;

  @BigintColumn({ name: 'no_longer_refundable', default: 0 })
  noLongerRefundable!: number;

  /** Sums of more than a number holds. */
  @Column({ name: 'penalty_before', type: 'numeric', default: 0 })
  penaltyBefore!: string;

  @Column({ name: 'penalty_after', type: 'numeric', default: 0 })
  penaltyAfter!: string;

  @Column({ type: 'json', default: [] })
  examples!: readonly KeptExample[];

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false, select: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'ended_date', nullable: true })
  endedDate!: string | null;
}
