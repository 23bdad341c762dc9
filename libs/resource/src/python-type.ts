import { ExactNumber } from './exact-number.js';

/** The existing clients were written against Python, so the types of a JSON value are called by Python's names. */
export function pythonType(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (value instanceof ExactNumber) return /[.eE]/.test(value.text) ? 'float' : 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict';
}
