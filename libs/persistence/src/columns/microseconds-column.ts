import { formatTimestamp } from '@refundry/resource';
import { Column, type ColumnOptions, type ValueTransformer } from 'typeorm';
import { Instant } from './instant.js';

/** A point in time as text with microseconds, e.g. `2023-07-04T10:30:31.298861Z`. */
export const MicrosecondsColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, type: 'timestamptz', precision: 6, transformer: asInstant() });

function asInstant(): ValueTransformer {
  let last: Instant | undefined;
  return {
    from: (value: Instant | null) => (value === null ? null : formatTimestamp(value.text)),
    to: (value: unknown) => {
      if (typeof value !== 'string') return value;
      // TypeORM compares what a row had with what it has by identity, so equal texts in a row are one instant.
      if (last?.text !== value) last = new Instant(value);
      return last;
    },
  };
}
