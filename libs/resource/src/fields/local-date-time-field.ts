import { convertDateTime } from './date-time-field.js';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';

/**
 * A date and time without a zone, in a column `timestamp`: an offset is turned into UTC and dropped, a date alone is midnight.
 * As text, with microseconds where there are any.
 */
export const LocalDateTimeField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'local datetime',
    type: 'datetime',
    convert: (value) => convertDateTime(value).replace('+00', ''),
    writeJson: (writer, source, from, to) => { writer.localTimestamp(source, from, to); },
  });
