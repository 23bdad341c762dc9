import { MicrosecondsColumn } from '@refundry/persistence';
import { Entity, PrimaryColumn } from 'typeorm';

/** The last pull of a resource of an account. */
@Entity('pull')
export class PullRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @PrimaryColumn({ type: 'text' })
  resource!: string;

  /** When Omnitron was asked for what the pull brought. */
  @MicrosecondsColumn({ name: 'asked_date' })
  askedDate!: string;

  @MicrosecondsColumn({ name: 'finished_date' })
  finishedDate!: string;
}
