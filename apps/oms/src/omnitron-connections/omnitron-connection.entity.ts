import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The address and login of an account's Omnitron. */
@Entity('omnitron_connection')
export class OmnitronConnectionRow {
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  account!: number;

  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'text' })
  username!: string;

  @Column({ name: 'sealed_password', type: 'text' })
  sealedPassword!: string;

  @MicrosecondsColumn({ name: 'modified_date' })
  modifiedDate!: string;
}
