import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  ArrayMinSize,
  ArrayUnique,
  IsIn,
  IsISO31661Alpha2,
  IsOptional,
  IsPositive,
  IsUppercase,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import fc from 'fast-check';
import {
  BooleanField,
  ChoiceField,
  classSchema,
  DateTimeField,
  DecimalField,
  EmailField,
  IntegerField,
  IntegersField,
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
  @IntegersField({ label: 'Numbers', atMost: 2 }) numbers!: readonly number[];
  @ListField({ label: 'Lines', atMost: 2, of: Line }) lines!: readonly Line[];
  @ObjectField({ label: 'Line', isAlwaysAnswered: false, allowNull: true, required: false, of: Line })
  line?: Line | null;
}

class Ruled {
  @StringField({ label: 'Code', maxLength: 5 }) @MinLength(2) @MaxLength(9) code!: string;
  @StringField({ label: 'Country' }) @IsISO31661Alpha2() country!: string;
  @StringField({ label: 'Size', allowNull: true }) @IsIn(['S', 'M', 'L']) size!: string | null;
  @StringField({ label: 'Floor' }) @IsIn(['1', '2']) floor!: string;
  @StringField({ label: 'Name' }) @Length(1, 3) @IsUppercase() name!: string;
  @StringField({ label: 'Key', required: false }) @IsOptional() @IsUUID() key?: string;
  @StringField({ label: 'Digits' }) @Matches(/^\d+$/) digits!: string;
  @StringField({ label: 'Letters' }) @Matches(/^[a-z]+$/i) letters!: string;
  @StringField({ label: 'Word' }) @ValidateIf(() => false) @MinLength(9) word!: string;
  @IntegerField({ label: 'Count', minValue: 0, maxValue: 9 }) @Min(-3) @Max(5) count!: number;
  @PkField({ label: 'Channel' }) @IsPositive() channel!: number;
  @TextsField({ label: 'Names', atMost: 9 })
  @ArrayMinSize(2)
  @ArrayUnique()
  @MinLength(2, { each: true })
  names!: readonly string[];
  @ListField({ label: 'Lines', atMost: 2, of: Line }) @ArrayMinSize(1) lines!: readonly Line[];
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
      required: ['count', 'date', 'day', 'email', 'channel', 'pnr', 'configuration', 'names', 'numbers', 'lines'],
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

describe('the schema of a field with rules', () => {
  const text = { type: ['string', 'number'], minLength: 1 };
  const { properties } = schemaOf(Ruled, 'input') as { properties: Record<string, object> };

  it('has the counterparts of its rules in input, the narrower bound of two', () => {
    expect(properties).toMatchObject({
      code: { ...text, minLength: 2, maxLength: 5 },
      country: { ...text, pattern: '^[A-Za-z]{2}$' },
      size: { type: ['string', 'number', 'null'], minLength: 1, enum: ['S', 'M', 'L', null] },
      name: { ...text, minLength: 1, maxLength: 3 },
      key: { ...text, format: 'uuid' },
      digits: { ...text, pattern: '^\\d+$' },
      count: { anyOf: expect.arrayContaining([{ type: 'integer', minimum: 0, maximum: 9 }]), minimum: -3, maximum: 5 },
      channel: { minimum: 1 },
      names: { type: 'array', minItems: 2, maxItems: 9, uniqueItems: true },
      lines: { type: 'array', minItems: 1, maxItems: 2 },
    });
  });

  it('says nothing of a rule that has none, that depends on something, or that a number could break', () => {
    const { floor, letters, word } = properties;
    expect({ floor, letters, word }).toEqual({ floor: text, letters: text, word: text });
  });

  it('is the same as ever in what is answered, which may be older than the rule', () => {
    expect((schemaOf(Ruled, 'answer') as { properties: object }).properties).toMatchObject({
      code: { type: 'string', maxLength: 5 },
      country: { type: 'string' },
      count: { type: 'integer', minimum: 0, maximum: 9 },
    });
  });

  it('refuses nothing that is read', () => {
    const validate = ajv.compile(schemaOf(Ruled, 'input', true));
    const value = fc.oneof(
      fc.constantFrom(
        'tr',
        'XX',
        'S',
        'x',
        '1',
        '0b7c4a51-5a35-4f0b-9d5c-6a4f6a6f2a11',
        'ABC',
        'null',
        '05',
        '-1',
        '٣',
      ),
      fc.integer({ min: -9, max: 99 }),
      fc.array(fc.oneof(fc.constantFrom('a', 'bc', 1, 12, '12'), fc.record({ qty: fc.integer({ min: 0, max: 9 }) })), {
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(properties)), value, (name, given) => {
        const input = { [name]: given };
        if (isRead(input, Ruled)) expect([input, validate(input)]).toEqual([input, true]);
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
});

function isRead(input: object, type: Class = Everything): boolean {
  try {
    read(type, input, { isPartial: true });
    return true;
  } catch {
    return false;
  }
}
