import { read } from '../read.js';
import { declareField, type Class, type FieldDecorator, type FieldOptions } from './field.js';

interface ObjectFieldOptions<T> extends FieldOptions {
  of: Class<T>;
}

/** One object of a class; the errors of its fields stand below its own name. In a column it is JSON. */
export const ObjectField = <T extends object>({ of, ...options }: ObjectFieldOptions<T>): FieldDecorator<T | null> =>
  declareField(options, {
    kind: 'field',
    type: 'nested object',
    of,
    convert: (value, isBrief) => read(of, value, { isBrief }),
    schema: ({ refer }) => refer(of),
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });
