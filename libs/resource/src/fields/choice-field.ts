import { ExactNumber } from '../exact-number.js';
import { pythonType } from '../python-type.js';
import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

interface ChoiceOptions<V extends string> extends FieldOptions {
  choices: readonly V[];
}

const maxShown = 100;

/** A scalar as Python prints it; of a list or an object its type, for it may be long. */
function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' || typeof value === 'number' || value instanceof ExactNumber
    ? String(value).slice(0, maxShown)
    : pythonType(value);
}

/** One of some texts. */
export const ChoiceField = <V extends string>({ choices, ...options }: ChoiceOptions<V>): FieldDecorator<V | null> =>
  declareField(options, {
    kind: 'string',
    type: 'choice',
    choices,
    convert: (value) =>
      choices.find((choice) => choice === value) ?? refuse(`"${shown(value)}" is not a valid choice.`),
    schema: () => ({ type: 'string', enum: choices }),
    writeJson: writeString,
  });
