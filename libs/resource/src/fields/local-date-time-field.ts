import { convertDateTime, timestampInput } from './date-time-field.js';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';

/**
 * A date and time without a zone, in a column `timestamp`: an offset is turned into UTC and dropped, a date alone is
 * midnight. As text, with microseconds where there are any.
 */
export const LocalDateTimeField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'local datetime',
    type: 'datetime',
    convert: (value) => convertDateTime(value).replace('+00', ''),
    schema: ({ direction }) =>
      direction === 'answer'
        ? { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{6})?$' }
        : timestampInput,
    writeJson: (writer, source, from, to) => {
      writer.localTimestamp(source, from, to);
    },
  });
