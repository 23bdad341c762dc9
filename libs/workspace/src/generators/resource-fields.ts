/** A field of a resource, as its contract, its table and its examples have it. */
export interface ResourceField {
  readonly name: string;
  /** The decorator of the contract. */
  readonly decorator: string;
  /** The property of the contract's class. */
  readonly declaration: string;
  /** The type of its column. */
  readonly column: string;
  /** A value, in TypeScript. */
  readonly example: string;
  readonly isRequired: boolean;
}

interface FieldType {
  readonly decorator: string;
  readonly options: string;
  readonly type: string;
  readonly column: string;
  readonly example: string;
}

const types: Readonly<Record<string, FieldType>> = {
  integer: {
    decorator: 'IntegerField',
    options: ', minValue: -2147483648, maxValue: 2147483647',
    type: 'number',
    column: 'integer',
    example: '1',
  },
  decimal: {
    decorator: 'DecimalField',
    options: ', maxDigits: 19, decimalPlaces: 4',
    type: 'string',
    column: 'numeric(19, 4)',
    example: "'1.0000'",
  },
  string: { decorator: 'StringField', options: ', maxLength: 255', type: 'string', column: 'text', example: "'text'" },
  boolean: { decorator: 'BooleanField', options: '', type: 'boolean', column: 'boolean', example: 'true' },
  datetime: {
    decorator: 'DateTimeField',
    options: '',
    type: 'string',
    column: 'timestamptz',
    example: "'2026-01-31T15:39:00Z'",
  },
};
/** Fields that every resource has. */
const reserved = ['id', 'account_id', 'created_date', 'modified_date'];

/**
 * Reads `customer:integer,note:string?`; a field with a question mark may be absent or null.
 *
 * @throws Error for a field that is named twice, is one of every resource, or is of no type
 */
export function readFields(text: string): ResourceField[] {
  const fields = text.split(',').map((field) => readField(field.trim()));
  const names = fields.map(({ name }) => name);
  for (const name of names)
    if (reserved.includes(name) || names.indexOf(name) !== names.lastIndexOf(name))
      throw new Error(`There is a field ${name} already.`);
  if (!fields.some(({ isRequired }) => isRequired)) throw new Error('One field at least has to be required.');
  return fields;
}

function readField(text: string): ResourceField {
  const [, name = '', kind = '', optional] = /^([a-z][a-z\d_]*):([a-z]+)(\??)$/.exec(text) ?? [];
  const type = types[kind];
  if (!type) throw new Error(`"${text}" is no field: say name:type, the type one of ${Object.keys(types).join(', ')}.`);
  const isRequired = optional === '';
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  const options = `label: '${label}'${isRequired ? '' : ', required: false, allowNull: true'}${type.options}`;
  const property = isRequired ? `!: ${type.type}` : `?: ${type.type} | null`;
  return {
    name,
    decorator: type.decorator,
    declaration: `@${type.decorator}({ ${options} }) ${name}${property};`,
    column: isRequired ? `${type.column} not null` : type.column,
    example: type.example,
    isRequired,
  };
}
