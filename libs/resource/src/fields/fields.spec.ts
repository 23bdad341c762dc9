import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '@refundry/errors';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  DecimalField,
  fieldsOf,
  IntegerField,
  IntegersField,
  JsonField,
  keyOf,
  ListField,
  ObjectField,
  parseExactly,
  read,
  StringField,
} from '../index.js';

class Line {
  @IntegerField({ label: 'Position' }) position!: number;
  @StringField({ label: 'Note', required: false }) note?: string;
}

class Input {
  @StringField({ label: 'Subject', required: false, maxLength: 5 }) subject!: string;
  @StringField({ label: 'Note', required: false, allowBlank: true, allowNull: true, trim: false }) note!: string | null;
  @IntegerField({ label: 'Ordering', required: false }) ordering!: number;
  @IntegerField({ label: 'Bounded', required: false, minValue: -2147483648, maxValue: 2147483647 }) bounded!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DateTimeField({ label: 'Start', required: false }) start!: string;
  @DecimalField({ label: 'Price', required: false, maxDigits: 19, decimalPlaces: 4 }) price!: string;
  @DecimalField({ label: 'Pieces', required: false, maxDigits: 3, decimalPlaces: 0 }) pieces!: string;
  @DecimalField({ label: 'Longitude', required: false, maxDigits: 11, decimalPlaces: 8 }) longitude!: string;
  @ListField({ label: 'Lines', required: false, of: Line }) lines!: Line[];
  @IntegersField({ label: 'Numbers', required: false, atMost: 3 }) numbers!: readonly number[];
  @JsonField({ label: 'Anything', required: false }) anything!: unknown;
  @ObjectField({ label: 'Line', required: false, of: Line }) line!: Line;
  @ChoiceField({ label: 'Size', required: false, choices: ['small', 'large'] }) size!: 'small' | 'large';
}

/** The conversion of a field: the value it keeps, or the messages it refuses it with. */
function outcome(name: keyof Input, value: unknown): unknown {
  try {
    return read(Input, { [name]: value })[name];
  } catch (error) {
    return (error as Failure).fields;
  }
}

/** As it comes out of a body. */
const numberOf = (text: string): unknown => (parseExactly(`[${text}]`) as unknown[])[0];

const refused = (name: keyof Input, message: string): object => ({ [name]: [message] });

describe('a string field', () => {
  it.each([
    ['text', 'ŞİMŞE', 'ŞİMŞE'],
    ['a number as its digits', 12, '12'],
    ['a fraction', 1.5, '1.5'],
    ['text without the space around it', ' \tab\n', 'ab'],
    ['as many code points as allowed', '😀😀😀😀😀', '😀😀😀😀😀'],
  ])('takes %s', (_what, value, expected) => {
    expect(outcome('subject', value)).toBe(expected);
  });

  it.each([
    ['null', null, 'This field may not be null.'],
    ['blank', '', 'This field may not be blank.'],
    ['white space', ' \n ', 'This field may not be blank.'],
    ['a boolean', true, 'Not a valid string.'],
    ['an array', ['a'], 'Not a valid string.'],
    ['an object', {}, 'Not a valid string.'],
    ['too long a text', 'abcdef', 'Ensure this field has no more than 5 characters.'],
    ['one code point too many', '😀😀😀😀😀😀', 'Ensure this field has no more than 5 characters.'],
    ['NUL', 'a\0b', 'Null characters are not allowed.'],
    ['a lone high surrogate', 'a\ud800', 'Surrogate characters are not allowed: U+D800.'],
    ['a lone low surrogate', '\udfffa', 'Surrogate characters are not allowed: U+DFFF.'],
  ])('refuses %s', (_what, value, message) => {
    expect(outcome('subject', value)).toEqual(refused('subject', message));
  });

  it('keeps blank, null and the space around a text where the contract allows it', () => {
    expect(outcome('note', '')).toBe('');
    expect(outcome('note', null)).toBeNull();
    expect(outcome('note', ' a ')).toBe(' a ');
  });
});

describe('an integer field', () => {
  it.each([
    ['an integer', 7, 7],
    ['text', '7', 7],
    ['a sign and space', ' -12 ', -12],
    ['a plus', '+3', 3],
    ['leading zeros', '007', 7],
    ['text with a fraction of zeros', '12.00', 12],
    ['a whole float', 12.0, 12],
    ['the largest exact number', String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])('takes %s', (_what, value, expected) => {
    expect(outcome('ordering', value)).toBe(expected);
  });

  it.each([
    ['1e3', 1000],
    ['425E+2', 42_500],
    ['0.2500e2', 25],
    ['1473585231986.00', 1_473_585_231_986],
    ['-12.0', -12],
  ])('takes the number %s, which is whole', (text, expected) => {
    expect(outcome('ordering', numberOf(text))).toBe(expected);
  });

  it.each(['1.5e0', '1e-3', '1e400', '1e16', '12345678901234567890'])('refuses the number %s', (text) => {
    expect(outcome('ordering', numberOf(text))).toEqual(refused('ordering', 'A valid integer is required.'));
  });

  it('refuses a number of many digits by its bound', () => {
    expect(outcome('bounded', numberOf('12345678901234567890'))).toEqual(
      refused('bounded', 'Ensure this value is less than or equal to 2147483647.'),
    );
  });

  it.each([
    ['blank', ''],
    ['text', 'abc'],
    ['a fraction', 1.5],
    ['text with a fraction', '1.5'],
    ['an exponent', '1e3'],
    ['an underscore', '1_0'],
    ['a boolean', true],
    ['an array', [1]],
    ['what JavaScript can not hold exactly', '9007199254740993'],
  ])('refuses %s', (_what, value) => {
    expect(outcome('ordering', value)).toEqual(refused('ordering', 'A valid integer is required.'));
  });

  it('refuses null', () => {
    expect(outcome('ordering', null)).toEqual(refused('ordering', 'This field may not be null.'));
  });

  it.each([2147483647, -2147483648])('takes its bound %d', (bound) => {
    expect(outcome('bounded', bound)).toBe(bound);
  });

  it.each([
    [2147483648, 'Ensure this value is less than or equal to 2147483647.'],
    ['-2147483649', 'Ensure this value is greater than or equal to -2147483648.'],
    [2 ** 53, 'Ensure this value is less than or equal to 2147483647.'],
    ['-99999999999999999999', 'Ensure this value is greater than or equal to -2147483648.'],
  ])('refuses %s beyond its bounds', (value, message) => {
    expect(outcome('bounded', value)).toEqual(refused('bounded', message));
  });
});

describe('a boolean field', () => {
  it.each([true, 'true', 'True', 'TRUE', 't', 'T', 'yes', 'y', 'on', '1', 1])('reads %p as true', (value) => {
    expect(outcome('is_active', value)).toBe(true);
  });

  it.each([false, 'false', 'False', 'FALSE', 'f', 'F', 'no', 'n', 'off', '0', 0])('reads %p as false', (value) => {
    expect(outcome('is_active', value)).toBe(false);
  });

  it.each(['', 'maybe', 2, -1, ['true'], { true: true }])('refuses %p', (value) => {
    expect(outcome('is_active', value)).toEqual(refused('is_active', 'Must be a valid boolean.'));
  });

  it('refuses null', () => {
    expect(outcome('is_active', null)).toEqual(refused('is_active', 'This field may not be null.'));
  });
});

describe('a date and time field', () => {
  const wrongFormat =
    'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

  it('keeps microseconds', () => {
    expect(outcome('start', '2023-07-04T13:30:31.298861+03:00')).toBe('2023-07-04 10:30:31.298861+00');
  });

  it.each(['', 'abc', '2017-13-1', '2023-07-04T24:00', 1688466631, true, ['2023-07-04']])('refuses %p', (value) => {
    expect(outcome('start', value)).toEqual(refused('start', wrongFormat));
  });

  it.each(['9999-12-31T23:59:59-01:00', '0001-01-01T00:00:00+01:00'])(
    'refuses %s, which no answer could show',
    (value) => {
      expect(outcome('start', value)).toHaveProperty('start');
    },
  );

  it('refuses null', () => {
    expect(outcome('start', null)).toEqual(refused('start', 'This field may not be null.'));
  });
});

describe('a decimal field', () => {
  it.each([
    ['text', '12.5', '12.5000'],
    ['a number', 12.5, '12.5000'],
    ['a whole number', 12.0, '12.0000'],
    ['a sign and blanks', ' -12.5\n', '-12.5000'],
    ['a plus', '+.5', '0.5000'],
    ['a point at the end', '5.', '5.0000'],
    ['leading zeros', '000000000000000000000000012', '12.0000'],
    ['zero', '0', '0.0000'],
    ['zero with a sign', '-0.00', '0.0000'],
    ['an exponent', '1.25E+2', '125.0000'],
    ['a negative exponent', '125e-4', '0.0125'],
    ['as many digits as fit', '999999999999999.9999', '999999999999999.9999'],
    ['what a float could not hold', '123456789012345.6789', '123456789012345.6789'],
  ])('takes %s', (_what, value, expected) => {
    expect(outcome('price', value)).toBe(expected);
  });

  it.each([
    ['blank', ''],
    ['white space', ' '],
    ['text', 'abc'],
    ['a sign alone', '-'],
    ['a point alone', '.'],
    ['an exponent alone', 'e5'],
    ['a comma', '1,5'],
    ['an underscore', '1_0'],
    ['a space within', '1 0'],
    ['hexadecimal', '0x10'],
    ['NaN', 'NaN'],
    ['infinity', '-Infinity'],
    ['what JSON can not hold', NaN],
    ['a boolean', true],
    ['an array', ['1']],
    ['an object', {}],
  ])('refuses %s', (_what, value) => {
    expect(outcome('price', value)).toEqual(refused('price', 'A valid number is required.'));
  });

  it.each([
    ['1.00000', 'Ensure that there are no more than 4 decimal places.'],
    [0.00001, 'Ensure that there are no more than 4 decimal places.'],
    ['1e-5', 'Ensure that there are no more than 4 decimal places.'],
    ['1000000000000000', 'Ensure that there are no more than 15 digits before the decimal point.'],
    [1e15, 'Ensure that there are no more than 15 digits before the decimal point.'],
    ['9999999999999999.9999', 'Ensure that there are no more than 19 digits in total.'],
    [1e21, 'Ensure that there are no more than 19 digits in total.'],
    ['1e999999999', 'Ensure that there are no more than 19 digits in total.'],
    [`1e-${'9'.repeat(400)}`, 'Ensure that there are no more than 19 digits in total.'],
    [`1.${'0'.repeat(999)}`, 'String value too large.'],
  ])('refuses the precision of %s', (value, message) => {
    expect(outcome('price', value)).toEqual(refused('price', message));
  });

  it('refuses a number that no float holds as Python does', () => {
    expect(outcome('price', numberOf('-1e400'))).toEqual(refused('price', 'A valid number is required.'));
    expect(outcome('price', numberOf('9'.repeat(400)))).toEqual(
      refused('price', 'Ensure that there are no more than 19 digits in total.'),
    );
  });

  it('reads a number that JavaScript writes with an exponent', () => {
    expect(outcome('longitude', 1e-8)).toBe('0.00000001');
    expect(outcome('longitude', -1.5e-7)).toBe('-0.00000015');
  });

  it('has no point without places', () => {
    expect(outcome('pieces', '7e1')).toBe('70');
    expect(outcome('pieces', 0)).toBe('0');
    expect(outcome('pieces', '7.0')).toEqual(refused('pieces', 'Ensure that there are no more than 0 decimal places.'));
  });

  it('keeps every digit', () => {
    const whole = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n });
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), whole, fc.stringMatching(/^\d{0,4}$/), (sign, integer, fraction) => {
        const value = BigInt(`${integer}${fraction.padEnd(4, '0')}`) * (sign === '-' ? -1n : 1n);
        const text = outcome('price', `${sign}${integer}.${fraction}`) as string;
        expect(text).toMatch(/^-?(?:0|[1-9]\d*)\.\d{4}$/);
        expect(BigInt(text.replace('.', ''))).toBe(value);
      }),
      { seed: 1 },
    );
  });
});

describe('a field of integers', () => {
  it('reads each as an integer', () => {
    expect(outcome('numbers', [1, '2', -3])).toEqual([1, 2, -3]);
  });

  it('refuses wrong ones under their index, and what is no list, empty or too long', () => {
    expect(outcome('numbers', [1, null, 'x'])).toEqual({
      numbers: { 1: ['This field may not be null.'], 2: ['A valid integer is required.'] },
    });
    expect(outcome('numbers', 1)).toEqual(refused('numbers', 'Expected a list of items but got type "int".'));
    expect(outcome('numbers', [])).toEqual(refused('numbers', 'This list may not be empty.'));
    expect(outcome('numbers', [1, 2, 3, 4])).toEqual(
      refused('numbers', 'Ensure this field has no more than 3 elements.'),
    );
  });
});

describe('a list field', () => {
  it('reads its items as their class', () => {
    expect(outcome('lines', [{ position: '1', note: ' a ', colour: 'red' }, { position: 2 }])).toEqual([
      { position: 1, note: 'a' },
      { position: 2 },
    ]);
    expect(outcome('lines', [])).toEqual([]);
  });

  it('refuses wrong items in an array as long as the input', () => {
    expect(outcome('lines', [{ position: 1 }, { position: 'x' }, 7, {}])).toEqual({
      lines: [
        {},
        { position: ['A valid integer is required.'] },
        { non_field_errors: ['Invalid data. Expected a dictionary, but got int.'] },
        { position: ['This field is required.'] },
      ],
    });
  });

  it('says of an item that is null what it says of a field', () => {
    expect(outcome('lines', [null, { position: 1 }, null])).toEqual({
      lines: [['This field may not be null.'], {}, ['This field may not be null.']],
    });
    expect(outcome('lines', null)).toEqual(refused('lines', 'This field may not be null.'));
  });

  it('refuses more items than it may have as a whole', () => {
    expect(
      outcome(
        'lines',
        Array.from({ length: 10_001 }, () => ({ position: 1 })),
      ),
    ).toEqual({ lines: { non_field_errors: ['Ensure this field has no more than 10000 elements.'] } });
  });

  it.each([
    [{}, 'dict'],
    ['[]', 'str'],
    [1, 'int'],
    [1.5, 'float'],
    [true, 'bool'],
  ])('refuses %p', (value, type) => {
    expect(outcome('lines', value)).toEqual({
      lines: { non_field_errors: [`Expected a list of items but got type "${type}".`] },
    });
  });
});

describe('a JSON field', () => {
  it.each([[{ a: [1, 'x', null] }], [[]], ['text'], [''], [0], [false]])('keeps %p', (value) => {
    expect(outcome('anything', value)).toEqual(value);
  });

  it('refuses null', () => {
    expect(outcome('anything', null)).toEqual(refused('anything', 'This field may not be null.'));
  });
});

describe('the fields of a class', () => {
  class Base {
    @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  }
  class Left extends Base {
    @StringField({ label: 'Left' }) left!: string;
  }
  class Right extends Base {
    @StringField({ label: 'Right' }) right!: string;
  }

  it('come in the order of their declaration, inherited ones first', () => {
    expect(fieldsOf(Left).map(({ name }) => name)).toEqual(['id', 'left']);
    expect(fieldsOf(Input).map(({ name }) => name)).toEqual([
      'subject',
      'note',
      'ordering',
      'bounded',
      'is_active',
      'start',
      'price',
      'pieces',
      'longitude',
      'lines',
      'numbers',
      'anything',
      'line',
      'size',
    ]);
  });

  it('are not shared with a sibling or given to the parent', () => {
    expect(fieldsOf(Right).map(({ name }) => name)).toEqual(['id', 'right']);
    expect(fieldsOf(Base).map(({ name }) => name)).toEqual(['id']);
  });

  it('begin with the key', () => {
    expect(keyOf(Left)).toBe('id');
    expect(keyOf(Line)).toBe('position');
    expect(() => keyOf(Date)).toThrow('Date has no fields');
  });

  it('are required unless they are read-only or say otherwise', () => {
    expect(fieldsOf(Left).map(({ required }) => required)).toEqual([false, true]);
  });
});

describe('a choice', () => {
  it('is one of its texts', () => {
    expect(outcome('size', 'small')).toBe('small');
  });

  it.each([
    ['medium', '"medium" is not a valid choice.'],
    ['', '"" is not a valid choice.'],
    [5, '"5" is not a valid choice.'],
    [true, '"True" is not a valid choice.'],
    [['small'], '"list" is not a valid choice.'],
    ['x'.repeat(1000), `"${'x'.repeat(100)}" is not a valid choice.`],
  ])('is never %p', (value, message) => {
    expect(outcome('size', value)).toEqual(refused('size', message));
  });
});

describe('an object', () => {
  it('is read as its class', () => {
    expect(outcome('line', { position: '5', unknown: true })).toEqual({ position: 5 });
  });

  it('is refused with the errors of its fields', () => {
    expect(outcome('line', { position: 'x' })).toEqual({ line: { position: ['A valid integer is required.'] } });
    expect(outcome('line', [])).toEqual({
      line: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] },
    });
  });
});
