import { declareField, type FieldDecorator } from './field.js';
import { convertInteger, integerSchema, type IntegerOptions } from './integer-field.js';
import type { JsonSchema } from '../json-schema.js';
import { convertItems } from './plain-items.js';

interface IntegersOptions extends IntegerOptions {
  /** The number of integers. */
  atMost: number;
  /** They may stand in one text, with commas between them, which a query has room for. */
  allowsText?: boolean;
}

/** Whole numbers, one at least; the errors of wrong ones stand under their index. */
export const IntegersField = (options: IntegersOptions): FieldDecorator<readonly number[] | null> =>
  declareField(options, {
    kind: 'list',
    convert: (value) => convertItems(listed(value, options), options.atMost, (item) => convertInteger(item, options)),
    schema: ({ direction }) => {
      const list: JsonSchema = {
        type: 'array',
        items: integerSchema(options, direction),
        ...(direction === 'input' && { minItems: 1, maxItems: options.atMost }),
      };
      return direction === 'input' && options.allowsText ? { anyOf: [list, { type: 'string' }] } : list;
    },
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });

/** The parts of a text, of which one more than may be there says enough. */
function listed(value: unknown, { allowsText = false, atMost }: IntegersOptions): unknown {
  if (!allowsText) return value;
  return typeof value === 'string' ? value.split(',', atMost + 1) : typeof value === 'number' ? [value] : value;
}
