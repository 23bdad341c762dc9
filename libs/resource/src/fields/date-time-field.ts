import { formatTimestamp, parseTimestamp } from '../timestamp.js';
import { declareField, plainCell, refuse, type FieldDecorator, type FieldOptions } from './field.js';

const wrongFormat = 'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

const convertDateTime = (value: unknown): string => (typeof value === 'string' ? parseTimestamp(value) : undefined) ?? refuse(wrongFormat);

/** An instant with microseconds, always as text: a `Date` would cut it to milliseconds. Without an offset it is UTC. */
export const DateTimeField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, { kind: 'datetime', convert: convertDateTime, toCell: plainCell, toJson: (cell) => `"${formatTimestamp(cell)}"` });
