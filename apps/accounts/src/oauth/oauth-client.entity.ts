import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** A program that may ask for tokens of its account's users. */
@Entity('oauth_client')
@Index(['account', 'id'])
export class OAuthClient {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @ManyToOne(() => Account, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  account!: Relation<Account>;

  /** For people. */
  @Column({ type: 'text' })
  name!: string;

  /** By which the program names itself. */
  @Column({ name: 'client_id', type: 'text', unique: true })
  clientId!: string;

  /** SHA-256 of the secret, in hexadecimal. */
  @Column({ name: 'secret_hash', type: 'text' })
  secretHash!: string;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'revoked_date', nullable: true })
  revokedDate!: string | null;
}
