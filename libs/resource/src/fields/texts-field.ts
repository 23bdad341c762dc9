import { declareField, type FieldDecorator, type FieldOptions } from './field.js';
import { convertItems } from './plain-items.js';
import { convertString, stringSchema, type StringOptions } from './string-field.js';

interface TextsOptions extends FieldOptions, Pick<StringOptions, 'maxLength'> {
  /** The number of texts. */
  atMost: number;
}

const convertTexts = (value: unknown, { atMost, maxLength }: TextsOptions): string[] =>
  convertItems(value, atMost, (item) =>
    convertString(item, { label: '', ...(maxLength !== undefined && { maxLength }) }),
  );

/** Texts, one at least; the errors of wrong ones stand under their index. */
export const TextsField = (options: TextsOptions): FieldDecorator<readonly string[] | null> =>
  declareField(options, {
    kind: 'list',
    convert: (value) => convertTexts(value, options),
    schema: ({ direction }) =>
      direction === 'answer'
        ? { type: 'array', items: stringSchema(options) }
        : {
            type: 'array',
            minItems: 1,
            maxItems: options.atMost,
            items: { ...stringSchema(options), type: ['string', 'number'], minLength: 1 },
          },
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });
