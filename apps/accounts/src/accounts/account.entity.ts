import { MicrosecondsColumn } from '@refundry/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A customer of ours. Every credential and all data belong to one. */
@Entity('account')
export class Account {
  @PrimaryColumn({ type: 'integer', generated: 'identity' })
  id!: number;

  @Column({ type: 'text', unique: true })
  name!: string;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @MicrosecondsColumn({ name: 'created_date', insert: false, update: false })
  createdDate!: string;
}
