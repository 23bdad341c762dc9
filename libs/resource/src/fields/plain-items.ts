import { invalid, type FieldErrors } from '@refundry/errors';
import { pythonType } from '../python-type.js';
import { fieldErrors, nullText } from '../read.js';
import { refuse } from './field.js';

/** Reads a list of plain values, one at least; the errors of wrong ones stand under their index. */
export function convertItems<T>(value: unknown, atMost: number, convert: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) return refuse(`Expected a list of items but got type "${pythonType(value)}".`);
  if (value.length === 0) refuse('This list may not be empty.');
  if (value.length > atMost) refuse(`Ensure this field has no more than ${atMost} elements.`);
  const errors: Record<string, FieldErrors> = {};
  const items = value.flatMap((item: unknown, index) => {
    try {
      return [item === null ? refuse(nullText) : convert(item)];
    } catch (error) {
      errors[index] = fieldErrors(error);
      return [];
    }
  });
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return items;
}
