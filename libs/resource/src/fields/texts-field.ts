import { fieldErrors, nullText } from '../read.js';
import { invalid, type FieldErrors } from '@refundry/errors';
import { pythonType } from '../python-type.js';
import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { convertString, stringSchema, type StringOptions } from './string-field.js';

interface TextsOptions extends FieldOptions, Pick<StringOptions, 'maxLength'> {
  /** The number of texts. */
  atMost: number;
}

function convertTexts(value: unknown, { atMost, maxLength }: TextsOptions): string[] {
  if (!Array.isArray(value)) return refuse(`Expected a list of items but got type "${pythonType(value)}".`);
  if (value.length === 0) refuse('This list may not be empty.');
  if (value.length > atMost) refuse(`Ensure this field has no more than ${atMost} elements.`);
  const errors: Record<string, FieldErrors> = {};
  const texts = value.map((item: unknown, index) => {
    try {
      if (item === null) return refuse(nullText);
      return convertString(item, { label: '', ...(maxLength !== undefined && { maxLength }) });
    } catch (error) {
      errors[index] = fieldErrors(error);
      return '';
    }
  });
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return texts;
}

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
