import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** The encryption purpose of an account's organisation token. */
export const organisationTokenPurpose = (account: number): string => `organisation-token:${account}`;

/**
 * A key that some of an account's reservation clients sign with. It is kept encrypted, because signatures are verified
 * with the token itself.
 */
@Entity('organisation_token')
@Index(['account', 'id'])
export class OrganisationToken {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @ManyToOne(() => Account, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  account!: Relation<Account>;

  @Column({ name: 'account_id', type: 'integer' })
  accountId!: number;

  /** Tells it apart from the account's others; two that are not revoked never bear the same. */
  @Column({ type: 'text' })
  name!: string;

  /** Null once it has ended: what opens nothing needn't be kept. */
  @Column({ name: 'sealed_token', type: 'text', nullable: true, select: false })
  sealedToken!: string | null;

  /** The widest scope of tokens signed with it. */
  @Column({ type: 'text', array: true })
  scopes!: string[];

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;

  @MicrosecondsColumn({ name: 'expires_date' })
  expiresDate!: string;

  /** To the minute. */
  @MicrosecondsColumn({ name: 'last_used_date', nullable: true })
  lastUsedDate!: string | null;

  @MicrosecondsColumn({ name: 'revoked_date', nullable: true })
  revokedDate!: string | null;
}
