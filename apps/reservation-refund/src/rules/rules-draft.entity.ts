import type { DraftState } from '@refundry/contracts';
import { BigintColumn, MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WrittenRules } from './rules-content.js';

/** Rules that nothing is priced by yet. */
@Entity('refund_rules_draft')
export class RulesDraftRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @BigintColumn({ primary: true, generated: 'identity' })
  id!: number;

  @Column({ type: 'text' })
  status!: DraftState;

  /** The rule set that it is the next version of, or that it has become. */
  @BigintColumn({ name: 'rules_id', nullable: true })
  rulesId!: number | null;

  @Column({ name: 'based_on', type: 'integer', nullable: true })
  basedOn!: number | null;

  @Column({ type: 'text' })
  domain!: string;

  @Column({ type: 'json' })
  rules!: WrittenRules;

  @MicrosecondsColumn({ name: 'publish_at', nullable: true })
  publishAt!: string | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text', nullable: true })
  problem!: string | null;

  @Column({ name: 'published_version', type: 'integer', nullable: true })
  publishedVersion!: number | null;

  /** The credential that changed its content last; null where that was not told. */
  @Column({ name: 'changed_by', type: 'text', nullable: true })
  changedBy!: string | null;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false, select: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'modified_date', insert: false, select: false })
  modifiedDate!: string;
}
