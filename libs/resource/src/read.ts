import { Failure, invalid, type FieldErrors } from './failure.js';
import { fieldsOf, type Class, type Field } from './fields/field.js';
import { pythonType } from './python-type.js';

/**
 * Reads a plain input as a class of fields: coerces, keeps declared and writable fields only, leaves absent optional ones out.
 *
 * @throws Failure `invalid` with the messages of every wrong field at once, as Django REST framework's `run_validation`
 */
export function read<T extends object>(type: Class<T>, input: unknown): T {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) throw invalid({ non_field_errors: [notADictionary(input)] });
  const values: Record<string, unknown> = {};
  const errors: Record<string, FieldErrors> = {};
  for (const field of fieldsOf(type)) {
    if (field.readOnly) continue;
    try {
      const value = readField(field, (input as Record<string, unknown>)[field.name]);
      if (value !== undefined) values[field.name] = value;
    } catch (error) {
      errors[field.name] = fieldErrors(error);
    }
  }
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return values as T;
}

function readField(field: Field, value: unknown): unknown {
  if (value === undefined) {
    if (field.required) throw invalid(['This field is required.']);
    return undefined;
  }
  if (value === null) {
    if (!field.allowNull) throw invalid(['This field may not be null.']);
    return null;
  }
  return field.convert(value);
}

/** What a field or an item was refused with. @throws the error itself when it is another */
export function fieldErrors(error: unknown): FieldErrors {
  if (error instanceof Failure && error.fields) return error.fields;
  throw error;
}

function notADictionary(input: unknown): string {
  if (input === null || input === undefined) return 'No data provided';
  return `Invalid data. Expected a dictionary, but got ${pythonType(input)}.`;
}
