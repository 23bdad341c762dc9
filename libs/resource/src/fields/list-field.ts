import { invalid, type FieldErrors } from '../failure.js';
import { pythonType } from '../python-type.js';
import { fieldErrors, read } from '../read.js';
import { declareField, refuse, type Class, type FieldDecorator, type FieldOptions } from './field.js';

interface ListFieldOptions<T> extends FieldOptions {
  /** The class of the items. */
  of: Class<T>;
}

/** The errors of wrong items stand in an array as long as the input, with `{}` for those that are right. */
function convertList<T extends object>(value: unknown, of: Class<T>): T[] {
  if (!Array.isArray(value)) return refuse(`Expected a list of items but got type "${pythonType(value)}".`);
  const items: T[] = [];
  const errors = value.map((item): FieldErrors => {
    try {
      items.push(read(of, item));
      return {};
    } catch (error) {
      return fieldErrors(error);
    }
  });
  if (items.length < value.length) throw invalid(errors);
  return items;
}

/** Objects of one class, in a column of type `json`. */
export const ListField = <T extends object>({ of, ...options }: ListFieldOptions<T>): FieldDecorator<readonly T[] | null> =>
  declareField(options, {
    kind: 'list',
    convert: (value) => convertList(value, of),
    writeJson: (writer, source, from, to) => { writer.copy(source, from, to); },
  });
