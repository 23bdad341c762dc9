import { BigintColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A waiver code that an account has added, or put in the place of a default (`default-waiver-codes.ts`). */
@Entity('waiver_code')
export class WaiverCodeRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @PrimaryColumn({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  en!: string;

  @Column({ type: 'text' })
  fa!: string;

  @Column({ name: 'largest_percent', type: 'integer', nullable: true })
  maxPercent!: number | null;

  @Column({ name: 'needs_note', type: 'boolean' })
  needsNote!: boolean;

  /** In Rial; null where one person is always enough. */
  @BigintColumn({ name: 'needs_second_person_above', nullable: true })
  needsSecondPersonAbove!: number | null;

  @Column({ name: 'is_active', type: 'boolean' })
  isActive!: boolean;
}
