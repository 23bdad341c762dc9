import { describe, expect, it } from '@jest/globals';
import { BooleanField, DateTimeField, Failure, fieldsOf, IntegerField, read, StringField } from '../index.js';

class Input {
  @StringField({ label: 'Subject', required: false, maxLength: 5 }) subject!: string;
  @StringField({ label: 'Note', required: false, allowBlank: true, allowNull: true, trim: false }) note!: string | null;
  @IntegerField({ label: 'Ordering', required: false }) ordering!: number;
  @IntegerField({ label: 'Bounded', required: false, minValue: -2147483648, maxValue: 2147483647 }) bounded!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DateTimeField({ label: 'Start', required: false }) start!: string;
}

/** What a field makes of a value: the value it keeps, or the messages it refuses it with. */
function outcome(name: keyof Input, value: unknown): unknown {
  try {
    return read(Input, { [name]: value })[name];
  } catch (error) {
    return (error as Failure).fields;
  }
}

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
  const wrongFormat = 'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

  it('keeps microseconds', () => {
    expect(outcome('start', '2023-07-04T13:30:31.298861+03:00')).toBe('2023-07-04 10:30:31.298861+00');
  });

  it.each(['', 'abc', '2017-13-1', '2023-07-04T24:00', 1688466631, true, ['2023-07-04']])('refuses %p', (value) => {
    expect(outcome('start', value)).toEqual(refused('start', wrongFormat));
  });

  it.each(['9999-12-31T23:59:59-01:00', '0001-01-01T00:00:00+01:00'])('refuses %s, which no answer could show', (value) => {
    expect(outcome('start', value)).toHaveProperty('start');
  });

  it('refuses null', () => {
    expect(outcome('start', null)).toEqual(refused('start', 'This field may not be null.'));
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
    expect(fieldsOf(Input).map(({ name }) => name)).toEqual(['subject', 'note', 'ordering', 'bounded', 'is_active', 'start']);
  });

  it('are not shared with a sibling or given to the parent', () => {
    expect(fieldsOf(Right).map(({ name }) => name)).toEqual(['id', 'right']);
    expect(fieldsOf(Base).map(({ name }) => name)).toEqual(['id']);
  });

  it('are required unless they are read-only or say otherwise', () => {
    expect(fieldsOf(Left).map(({ required }) => required)).toEqual([false, true]);
  });
});
