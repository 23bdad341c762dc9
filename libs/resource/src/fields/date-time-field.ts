import type { JsonSchema } from '../json-schema.js';
import { parseTimestamp } from '../timestamp.js';
import { declareField, refuse, type FieldBehaviour, type FieldDecorator, type FieldOptions } from './field.js';

export const wrongDateTimeFormat =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

export function convertDateTime(value: unknown): string {
  const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
  return instant === undefined || instant.endsWith('infinity') ? refuse(wrongDateTimeFormat) : instant;
}

/** As `parseTimestamp` reads it; whether there is such a day no pattern says. */
export const timestampInput: JsonSchema = {
  type: 'string',
  pattern:
    '^\\s*\\d{4}-\\d{1,2}-\\d{1,2}([Tt ]\\d{1,2}:\\d{1,2}(:\\d{1,2}([.,]\\d{1,12})?)?' +
    '(\\s*([Zz]|[-+]\\d{2}(:?\\d{2})?)|\\s\\d{2}(:?\\d{2})?)?)?\\s*$',
};

export const dateTimeBehaviour: FieldBehaviour = {
  kind: 'datetime',
  convert: convertDateTime,
  schema: ({ direction }) => (direction === 'answer' ? { type: 'string', format: 'date-time' } : timestampInput),
  // Without its offset, which is always zero, PostgreSQL writes it a quarter faster.
  select: (column) => `${column}::timestamp`,
  writeJson: (writer, source, from, to) => {
    writer.timestamp(source, from, to);
  },
};

/** An instant with microseconds, always as text: a `Date` would cut it to milliseconds. Without an offset it is UTC. */
export const DateTimeField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, dateTimeBehaviour);
