import { convertInteger, integerSchema } from './integer-field.js';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';

/** Our key of a row of another resource. A list is filtered by it as `<field>_id`, and compares it as a text. */
export const PkField = (options: FieldOptions): FieldDecorator<number | null> =>
  declareField(options, {
    kind: 'pk field',
    convert: (value) => convertInteger(value, options),
    schema: ({ direction }) => integerSchema(options, direction),
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });
