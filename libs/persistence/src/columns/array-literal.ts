type Element = string | number | boolean | null;

/**
 * An array as PostgreSQL's text of it (PostgreSQL's manual, 8.15.2), for a parameter of an array type.
 *
 * pg would write it too, but while the query is on its way; ten thousand values are better written while another query
 * runs.
 */
export const arrayLiteral = (values: readonly Element[]): string => `{${values.map(elementLiteral).join(',')}}`;

function elementLiteral(value: Element): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return String(value);
  return /["\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
}
