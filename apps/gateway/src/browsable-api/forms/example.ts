import { type Class, type Field } from '@refundry/resource';
import { writableFields } from './controls.js';

/** An input as the contract has it, to begin with. */
export const exampleOf = (type: Class): object =>
  Object.fromEntries(
    writableFields(type)
      .filter(({ required }) => required)
      .map((field) => [field.name, exampleValue(field)]),
  );

function exampleValue(field: Field): unknown {
  if (field.of) return [exampleOf(field.of)];
  switch (field.kind) {
    case 'integer':
    case 'pk field':
      return 1;
    case 'decimal':
      return '1.00';
    case 'boolean':
      return true;
    case 'datetime':
      return '2026-01-31T15:39:00Z';
    case 'local datetime':
      return '2026-01-31T15:39:00';
    case 'email':
      return 'somebody@example.com';
    case 'url':
      return 'https://example.com/';
    case 'list':
      return [field.label.toLowerCase()];
    case 'string':
      return field.label.toLowerCase();
    default:
      return null;
  }
}
