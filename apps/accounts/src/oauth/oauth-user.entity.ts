import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** A user who logs in with a password, through a client of the same account. */
@Entity('oauth_user')
@Unique(['account', 'username'])
export class OAuthUser {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @ManyToOne(() => Account, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  account!: Relation<Account>;

  @Column({ type: 'text' })
  username!: string;

  /** A PHC string of argon2id. */
  @Column({ name: 'password_hash', type: 'text' })
  passwordHash!: string;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;

  /** To the minute. */
  @MicrosecondsColumn({ name: 'last_used_date', nullable: true })
  lastUsedDate!: string | null;
}
