import { ExactNumber } from './exact-number.js';
import { Failure, invalid, type FieldErrors } from '@refundry/errors';
import { fieldsOf, type Class, type Field } from './fields/field.js';
import { brokenRules, rulesOf } from './fields/field-rules.js';
import { ItemErrors, type ItemErrorsOptions } from './item-errors.js';
import { pythonType } from './python-type.js';
import { mapInSlices, mebibyte } from '@refundry/concurrency';

type Values = Record<string, unknown>;

interface ReadOptions {
  /** Nothing is required: what is absent stays as it is. */
  isPartial?: boolean;
  /** Whether the first error is enough. */
  isBrief?: boolean | undefined;
}

/**
 * Reads a plain input as a class of fields: coerces, keeps declared and writable fields only, leaves absent optional
 * ones out. A value under another name (`sameAs`) stands under the field's own.
 *
 * @throws Failure `invalid` with the messages of every wrong field at once, as Django REST framework's `run_validation`
 */
export function read<T extends object>(
  type: Class<T>,
  input: unknown,
  options?: ReadOptions & { isPartial?: false },
): T;
export function read<T extends object>(type: Class<T>, input: unknown, options: ReadOptions): Partial<T>;
export function read<T extends object>(
  type: Class<T>,
  input: unknown,
  { isPartial = false, isBrief = false }: ReadOptions = {},
): Partial<T> {
  if (!isDictionary(input)) throw invalid({ non_field_errors: [notADictionary(input)] });
  const values: Values = {};
  const errors: Record<string, FieldErrors> = {};
  const fields = fieldsOf(type);
  const named = new Set(fields.map(({ sameAs }) => sameAs));
  for (const field of fields) {
    if (isBrief && hasAny(errors)) break;
    if (field.readOnly) continue;
    const { name, sameAs } = field;
    const given = (input as Values)[name];
    if (given === undefined) {
      if (field.required && !isPartial && sameAs === undefined && !named.has(name)) errors[name] = [requiredText];
      continue;
    }
    try {
      const value = readField(field, given, isBrief);
      if (sameAs !== undefined && values[sameAs] !== undefined && values[sameAs] !== value)
        errors[sameAs] = [`This field and ${name} must be the same.`];
      values[sameAs ?? name] = value;
    } catch (error) {
      errors[name] = fieldErrors(error);
    }
  }
  if (!isPartial)
    for (const { name, required } of fields)
      if (required && named.has(name) && isUnnamed(fields, name, values, errors)) errors[name] = [requiredText];
  const all = rulesOf(type).length === 0 ? errors : withBroken(brokenRules(type, fields, values), errors, fields);
  if (hasAny(all)) throw invalid(all);
  return values as Partial<T>;
}

/** The errors of conversions and of rules, in the order of the fields. */
const withBroken = (
  broken: Record<string, FieldErrors>,
  errors: Record<string, FieldErrors>,
  fields: readonly Field[],
): Record<string, FieldErrors> =>
  Object.fromEntries(
    fields.flatMap(({ name }) => {
      const ofField = errors[name] ?? broken[name];
      return ofField ? [[name, ofField]] : [];
    }),
  );

/** Whether neither the field nor another name of it was brought. */
const isUnnamed = (fields: readonly Field[], name: string, values: Values, errors: Values): boolean =>
  values[name] === undefined &&
  fields.every((field) => (field.name !== name && field.sameAs !== name) || errors[field.name] === undefined);

/**
 * Reads one input, or an array of them, all or none, in slices between which others have their turn.
 *
 * The existing clients find a refused item by the value of its errors, so that no two may have the same: the later
 * names its index too (datawizio/pythonAPI: `[errors.index(e) for e in errors if e]`).
 *
 * @throws Failure `invalid` with an array of errors as long as the input, `{}` where an item is right; beyond 1 MiB
 *   they are short
 */
export async function readMany<T extends object>(type: Class<T>, input: unknown, atMost: number): Promise<T[]> {
  if (!Array.isArray(input)) return [read(type, input)];
  if (input.length > atMost)
    throw invalid({ non_field_errors: [`Ensure this field has no more than ${atMost} elements.`] });
  if (itemsWithin(type, input) > maxItems)
    throw invalid({ non_field_errors: [`Ensure that there are no more than ${maxItems} items in all.`] });
  const reading = new ItemsReading(type, { maxBytes: maxBatchErrorBytes, areDistinct: true });
  await mapInSlices(input, (item) => {
    reading.add(item);
  });
  return reading.items;
}

const maxBatchErrorBytes = mebibyte;
const maxListErrorBytes = 256 * 1024;

/** In all lists of a batch together: each costs the time to read it, and its errors if it is wrong. */
const maxItems = 100_000;

function itemsWithin(type: Class, inputs: readonly unknown[]): number {
  const lists = fieldsOf(type).filter(({ kind, of }) => kind === 'list' && of !== undefined);
  return inputs.reduce(
    (sum: number, input) =>
      sum +
      lists.reduce((within, { name }) => {
        const list = isDictionary(input) ? (input as Values)[name] : undefined;
        return within + (Array.isArray(list) ? list.length : 0);
      }, 0),
    0,
  );
}

/**
 * @param isBrief whether the first wrong item is enough
 * @throws Failure `invalid` with the errors of each item, `{}` where it is right; beyond 256 KiB they are short
 */
export function readItems<T extends object>(type: Class<T>, input: readonly unknown[], isBrief = false): T[] {
  const reading = new ItemsReading(type, { maxBytes: maxListErrorBytes, areDistinct: false });
  for (const item of input) {
    reading.add(item, isBrief);
    if (isBrief && !reading.isGood) break;
  }
  return reading.items;
}

/** Items of one class that are read one by one. */
class ItemsReading<T extends object> {
  private readonly good: T[] = [];
  private readonly errors: ItemErrors;

  constructor(
    private readonly type: Class<T>,
    options: ItemErrorsOptions,
  ) {
    this.errors = new ItemErrors(options);
  }

  /** All of them. @throws Failure `invalid` when one is wrong */
  get items(): T[] {
    if (!this.isGood) throw invalid(this.errors.all);
    return this.good;
  }

  /** Whether no item is wrong so far. */
  get isGood(): boolean {
    return this.good.length === this.errors.all.length;
  }

  /** @param isBrief whether one error of the item is enough; it is where further errors are left out */
  add(item: unknown, isBrief = this.errors.isFull): void {
    try {
      if (item === null) throw invalid([nullText]);
      this.good.push(read(this.type, item, { isBrief }));
      this.errors.addNone();
    } catch (error) {
      this.errors.add(fieldErrors(error));
    }
  }
}

function hasAny(errors: Readonly<Record<string, FieldErrors>>): boolean {
  for (const name in errors) if (Object.hasOwn(errors, name)) return true;
  return false;
}

const requiredText = 'This field is required.';
export const nullText = 'This field may not be null.';

/** A number that no float holds is an object to JavaScript only. */
export const isDictionary = (input: unknown): input is object =>
  typeof input === 'object' && input !== null && !Array.isArray(input) && !(input instanceof ExactNumber);

function readField(field: Field, value: unknown, isBrief: boolean): unknown {
  if (value === null) {
    if (!field.allowNull) throw invalid([nullText]);
    return null;
  }
  return field.convert(value, isBrief);
}

/** The errors of a field or an item. @throws the error itself when it is another */
export function fieldErrors(error: unknown): FieldErrors {
  if (error instanceof Failure && error.fields) return error.fields;
  throw error;
}

function notADictionary(input: unknown): string {
  if (input === null || input === undefined) return 'No data provided';
  return `Invalid data. Expected a dictionary, but got ${pythonType(input)}.`;
}
