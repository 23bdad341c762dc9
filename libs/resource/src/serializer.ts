import { fieldsOf, type Class } from './fields/field.js';

/** Between the cells of a packed row, and between packed rows: ASCII's unit separator. */
const separator = '\x1f';

/**
 * SQL that packs a row of a class's fields into one text, and rows into one text, so that a page leaves PostgreSQL as a
 * single value: reading hundreds of small ones costs more than all the rest (docs/adr/0004).
 *
 * A null is an empty cell; no other value is empty, because texts travel as JSON.
 *
 * @param columnOf SQL of each field's column
 */
export function packedRow(type: Class, columnOf: (field: string) => string): string {
  const cells = fieldsOf(type).map((field) => {
    const cell = field.toCell(columnOf(field.name));
    return field.allowNull ? `coalesce(${cell}::text, '')` : cell;
  });
  return `concat_ws(E'\\x1f', ${cells.join(', ')})`;
}

/** SQL of the aggregate that packs rows, in the order of its input. */
export const packedRows = (row: string): string => `string_agg(${row}, E'\\x1f')`;

/**
 * Compiles the fields of a class into a function that writes packed rows as JSON objects, separated by commas.
 *
 * Making the JSON here costs less in all than `json_agg` in PostgreSQL (docs/adr/0004).
 */
export function compileSerializer(type: Class): (packed: string) => string {
  const parts = fieldsOf(type).map((field, offset) => ({
    offset,
    head: `${offset === 0 ? '{' : ','}${JSON.stringify(field.name)}:`,
    toJson: (cell: string) => field.toJson(cell),
  }));
  return (packed) => {
    const cells = packed.split(separator);
    // A null that no field allows would shift every cell behind it.
    if (cells.length % parts.length !== 0) throw new Error(`A row of ${type.name} does not have the cells of its fields.`);
    let json = '';
    for (let at = 0; at < cells.length; at += parts.length) {
      if (at > 0) json += ',';
      for (const { offset, head, toJson } of parts) {
        const cell = cells[at + offset];
        json += cell ? head + toJson(cell) : `${head}null`;
      }
      json += '}';
    }
    return json;
  };
}
