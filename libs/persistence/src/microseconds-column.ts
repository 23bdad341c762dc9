import { formatTimestamp } from '@refundry/resource';
import { Column, type ColumnOptions } from 'typeorm';
import { Instant } from './instant.js';

/** A point in time as text with microseconds, e.g. `2023-07-04T10:30:31.298861Z`. */
export const MicrosecondsColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({
    ...options,
    type: 'timestamptz',
    precision: 6,
    transformer: {
      from: (value: Instant | null) => (value === null ? null : formatTimestamp(value.text)),
      to: (value: unknown) => (typeof value === 'string' ? new Instant(value) : value),
    },
  });
