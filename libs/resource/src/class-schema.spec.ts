import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import {
  BooleanField,
  ChoiceField,
  classSchema,
  DateTimeField,
  DecimalField,
  EmailField,
  IntegerField,
  JsonField,
  LinkField,
  ListField,
  LocalDateTimeField,
  ObjectField,
  PkField,
  read,
  ReserveIdField,
  StringField,
  TextsField,
  type Class,
  type Direction,
} from './index.js';

class Line {
  @LinkField({ label: 'Url', to: 'lines/{}' }) url!: string;
  @DecimalField({ label: 'Qty', maxDigits: 6, decimalPlaces: 2 }) qty!: string;
}

class Everything {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Document id', maxLength: 5 }) document_id!: string;
  @StringField({ label: 'Identifier', sameAs: 'document_id', maxLength: 5 }) identifier!: string;
  @StringField({ label: 'What is said of it', required: false, allowNull: true, allowBlank: true }) note?:
    string | null;
  @IntegerField({ label: 'Count', minValue: 0, maxValue: 9 }) count!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @ChoiceField({ label: 'Kind', required: false, allowNull: true, choices: ['bus', 'hotel'] }) kind!:
    'bus' | 'hotel' | null;
  @DateTimeField({ label: 'Date' }) date!: string;
  @LocalDateTimeField({ label: 'Day' }) day!: string;
  @EmailField({ label: 'Email', maxLength: 30 }) email!: string;
  @PkField({ label: 'Channel', allowNull: true }) channel!: number | null;
  @ReserveIdField({ label: 'PNR' }) pnr!: string;
  @JsonField({ label: 'Configuration' }) configuration!: unknown;
  @TextsField({ label: 'Names', atMost: 2, maxLength: 3 }) names!: readonly string[];
  @ListField({ label: 'Lines', atMost: 2, of: Line }) lines!: readonly Line[];
  @ObjectField({ label: 'Line', isAlwaysAnswered: false, allowNull: true, required: false, of: Line })
  line?: Line | null;
}

const schemaOf = (type: Class, direction: Direction, isPartial = false): object =>
  classSchema(type, { direction, refer: (other) => classSchema(other, { direction, refer: () => ({}) }) }, isPartial);

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

describe('the schema of what is answered', () => {
  it('has every field, and requires those that every answer has', () => {
    expect(schemaOf(Line, 'answer')).toEqual({
      type: 'object',
      properties: { url: { type: 'string', format: 'uri' }, qty: { type: 'string', pattern: '^-?\\d{1,4}\\.\\d{2}$' } },
      required: ['url', 'qty'],
    });
    const { required, properties } = schemaOf(Everything, 'answer') as { required: string[]; properties: object };
    expect(Object.keys(properties).filter((name) => !required.includes(name))).toEqual(['line']);
  });

  it('allows null where there may be null', () => {
    expect(schemaOf(Everything, 'answer')).toMatchObject({
      properties: {
        kind: { type: ['string', 'null'], enum: ['bus', 'hotel', null] },
        channel: { type: ['integer', 'null'] },
        note: { type: ['string', 'null'], description: 'What is said of it' },
      },
    });
  });
});

describe('the schema of input', () => {
  it('has what can be written, and requires what must be brought', () => {
    expect(schemaOf(Line, 'input')).toMatchObject({ required: ['qty'] });
    expect(Object.keys((schemaOf(Line, 'input') as { properties: object }).properties)).toEqual(['qty']);
    expect(schemaOf(Everything, 'input')).toMatchObject({
      required: ['count', 'date', 'day', 'email', 'channel', 'pnr', 'configuration', 'names', 'lines'],
    });
    expect(schemaOf(Everything, 'input', true)).not.toHaveProperty('required');
  });

  it('refuses nothing that is read', () => {
    const text = fc.stringMatching(/^[-+.0-9eETZ: a-z@]{1,12}$/).filter((value) => value === value.trim());
    const value = fc.oneof(
      text,
      fc.integer({ min: -20, max: 20 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom(null, '', 'yes', 'OFF', 'bus', 'a@b.example', '1e2', '.5', '-0', '+3.00', '7.'),
      fc.constantFrom(
        '2026-01-31',
        '2026-1-1 15:39:00',
        '2026-01-31T15:39:00.5Z',
        '2026-01-31T15:39 02',
        '2026-01-31 15:39+0330',
        '0000-01-01',
      ),
      fc.array(fc.oneof(text, fc.record({ qty: fc.oneof(text, fc.integer({ min: 0, max: 99 })) })), { maxLength: 3 }),
      fc.record({ qty: fc.integer({ min: 0, max: 99 }) }),
    );
    const names = Object.keys((schemaOf(Everything, 'input') as { properties: object }).properties);
    const validate = ajv.compile(schemaOf(Everything, 'input', true));
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, given) => {
        const input = { [name]: given };
        if (isRead(input)) expect([input, validate(input)]).toEqual([input, true]);
      }),
      { seed: 7, numRuns: 5000 },
    );
  });
});

function isRead(input: object): boolean {
  try {
    read(Everything, input, { isPartial: true });
    return true;
  } catch {
    return false;
  }
}
