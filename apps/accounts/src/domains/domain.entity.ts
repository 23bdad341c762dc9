import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** A site that reservation clients of its account speak for. */
@Entity('domain')
@Index(['account', 'id'])
export class Domain {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @ManyToOne(() => Account, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  account!: Relation<Account>;

  /**
   * As `domainName` writes it. Domains are looked up before their account is known, so no two accounts have the same.
   */
  @Column({ type: 'text', unique: true })
  name!: string;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;
}
