import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** A key that opens one account's data. Only its hash is kept. */
@Entity('api_token')
@Index(['account', 'id'])
export class ApiToken {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @ManyToOne(() => Account, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  account!: Relation<Account>;

  @Column({ type: 'text' })
  label!: string;

  /**
   * SHA-256 of the key, in hexadecimal. Credentials are looked up before their account is known, so this index leads.
   */
  @Column({ type: 'text', unique: true })
  hash!: string;

  @Column({ type: 'text', array: true })
  scopes!: string[];

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'expires_date', nullable: true })
  expiresDate!: string | null;

  /** To the minute. */
  @MicrosecondsColumn({ name: 'last_used_date', nullable: true })
  lastUsedDate!: string | null;

  @MicrosecondsColumn({ name: 'revoked_date', nullable: true })
  revokedDate!: string | null;
}
