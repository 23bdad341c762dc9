import { describe, expect, it } from '@jest/globals';
import { BooleanField, Failure, IntegerField, read, StringField } from './index.js';

class Reason {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Subject', maxLength: 10 }) subject!: string;
  @IntegerField({ label: 'Ordering' }) ordering!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active?: boolean;
}

function refusal(input: unknown): Failure {
  try {
    read(Reason, input);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it was not refused');
}

describe('reading an input', () => {
  it('keeps the declared fields, coerced', () => {
    expect(read(Reason, { subject: ' Late ', ordering: '3', is_active: 'true' })).toEqual({ subject: 'Late', ordering: 3, is_active: true });
  });

  it('leaves an absent optional field out', () => {
    expect(Object.keys(read(Reason, { subject: 'Late', ordering: 3 }))).toEqual(['subject', 'ordering']);
  });

  it('ignores unknown keys and read-only fields', () => {
    expect(read(Reason, { id: 'not even a number', subject: 'Late', ordering: 3, colour: 'red' })).toEqual({ subject: 'Late', ordering: 3 });
  });

  it('refuses every wrong field at once', () => {
    const failure = refusal({ subject: 'far too long a text', is_active: 'maybe' });
    expect(failure).toMatchObject({
      code: 'invalid',
      status: 400,
      fields: { subject: ['Ensure this field has no more than 10 characters.'], ordering: ['This field is required.'], is_active: ['Must be a valid boolean.'] },
    });
  });

  it('is not harmed by a key that JavaScript gives a meaning', () => {
    const input: unknown = JSON.parse('{"__proto__":{"is_active":true},"constructor":1,"subject":"Late","ordering":3}');
    const reason = read(Reason, input);
    expect(reason).toEqual({ subject: 'Late', ordering: 3 });
    expect(reason.is_active).toBeUndefined();
    expect(Object.getPrototypeOf(reason)).toBe(Object.prototype);
    expect(({} as Reason).is_active).toBeUndefined();
  });

  it.each([
    [null, 'No data provided'],
    [undefined, 'No data provided'],
    [[], 'Invalid data. Expected a dictionary, but got list.'],
    ['text', 'Invalid data. Expected a dictionary, but got str.'],
    [1, 'Invalid data. Expected a dictionary, but got int.'],
    [1.5, 'Invalid data. Expected a dictionary, but got float.'],
    [true, 'Invalid data. Expected a dictionary, but got bool.'],
  ])('says of %p what it is', (input, message) => {
    expect(refusal(input).fields).toEqual({ non_field_errors: [message] });
  });
});
