import { declareField, type FieldDecorator, type FieldOptions } from './field.js';

/** Any JSON value, in a column of type `json`; `OPTIONS` calls it a `field`, as Django REST framework does. */
export const JsonField = (options: FieldOptions): FieldDecorator<unknown> =>
  declareField(options, {
    kind: 'field',
    convert: (value) => value,
    schema: () => ({}),
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });
