import { invalid } from '@refundry/errors';
import { pythonType } from '../python-type.js';
import { readItems } from '../read.js';
import {
  declareField,
  fieldsOf,
  type Class,
  type Field,
  type FieldDecorator,
  type FieldOptions,
  type WriteJson,
} from './field.js';

interface ListFieldOptions<T> extends FieldOptions {
  /** The class of the items. */
  of: Class<T>;
  /** Of the items in input; 10,000 unless it is said. */
  atMost?: number;
}

const defaultMax = 10_000;

/**
 * Reads a list. Errors of the list as a whole stand under `non_field_errors`, as in Django REST framework's
 * `ListSerializer`.
 */
function convertList<T extends object>(value: unknown, of: Class<T>, atMost: number, isBrief?: boolean): T[] {
  if (!Array.isArray(value))
    throw invalid({ non_field_errors: [`Expected a list of items but got type "${pythonType(value)}".`] });
  if (value.length > atMost)
    throw invalid({ non_field_errors: [`Ensure this field has no more than ${atMost} elements.`] });
  return readItems(of, value, isBrief);
}

/**
 * Objects of one class. A column that is read as one is JSON: an array with an array of texts, or nulls, for each item,
 * in the order of the fields of the class.
 */
export const ListField = <T extends object>({
  of,
  atMost = defaultMax,
  ...options
}: ListFieldOptions<T>): FieldDecorator<readonly T[] | null> =>
  declareField(options, {
    kind: 'list',
    of,
    convert: (value, isBrief) => convertList(value, of, atMost, isBrief),
    schema: ({ direction, refer }) => ({
      type: 'array',
      items: refer(of),
      ...(direction === 'input' && { maxItems: atMost }),
    }),
    writeJson: writeItems(of),
  });

function writeItems(of: Class): WriteJson {
  const fields = fieldsOf(of).map((field, index) => ({
    field,
    head: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`),
  }));
  return (writer, source, from, to) => {
    const items = JSON.parse(Buffer.from(source.buffer, source.byteOffset + from, to - from).toString()) as (
      string | null
    )[][];
    writer.raw(openList);
    for (const [index, item] of items.entries()) {
      if (index > 0) writer.comma();
      for (const [column, { field, head }] of fields.entries()) {
        const text = item[column] ?? null;
        if (text === null && !field.isAlwaysAnswered) continue;
        writer.raw(head);
        writeText(writer, field, text);
      }
      writer.raw(closeItem);
    }
    writer.raw(closeList);
  };
}

const [openList, closeItem, closeList, nullJson] = ['[', '}', ']', 'null'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

function writeText(writer: Parameters<WriteJson>[0], field: Field, text: string | null): void {
  const bytes = Buffer.from(text ?? '');
  if (text === null) writer.raw(nullJson);
  else field.writeJson(writer, bytes, 0, bytes.length);
}
