import { declareField, type FieldDecorator, type FieldOptions } from './field.js';
import { convertInteger, integerSchema } from './integer-field.js';
import { convertItems } from './plain-items.js';

interface IntegersOptions extends FieldOptions {
  /** The number of integers. */
  atMost: number;
}

/** Whole numbers, one at least; the errors of wrong ones stand under their index. */
export const IntegersField = (options: IntegersOptions): FieldDecorator<readonly number[] | null> =>
  declareField(options, {
    kind: 'list',
    convert: (value) => convertItems(value, options.atMost, (item) => convertInteger(item, options)),
    schema: ({ direction }) => ({
      type: 'array',
      items: integerSchema(options, direction),
      ...(direction === 'input' && { minItems: 1, maxItems: options.atMost }),
    }),
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });
