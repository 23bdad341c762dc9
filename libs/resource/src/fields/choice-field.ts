import { pythonType } from '../python-type.js';
import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

interface ChoiceOptions<V extends string> extends FieldOptions {
  choices: readonly V[];
}

/** One of some texts. */
export const ChoiceField = <V extends string>({ choices, ...options }: ChoiceOptions<V>): FieldDecorator<V | null> =>
  declareField(options, {
    kind: 'string',
    type: 'choice',
    convert: (value) => choices.find((choice) => choice === value) ?? refuse(`"${typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : pythonType(value)}" is not a valid choice.`),
    schema: () => ({ type: 'string', enum: choices }),
    writeJson: writeString,
  });
