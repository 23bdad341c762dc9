import type { SetupStep } from '@refundry/contracts';
import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a step of an account runs by itself. */
@Entity('sync_schedule')
export class ScheduleRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @PrimaryColumn({ type: 'text' })
  step!: SetupStep;

  /** 0: never. */
  @Column({ name: 'every_seconds', type: 'integer' })
  everySeconds!: number;

  @MicrosecondsColumn({ name: 'next_date', nullable: true })
  nextDate!: string | null;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;
}
