import { describe, expect, it } from '@jest/globals';
import { IsISO31661Alpha2, Matches, MinLength } from 'class-validator';
import type { Failure } from '@refundry/errors';
import { ListField, ObjectField, read, StringField } from '@refundry/resource';
import { dialects } from './dialects.js';

class Address {
  @StringField({ label: 'Country' }) @IsISO31661Alpha2() country!: string;
}

class Parcel {
  @StringField({ label: 'Code' })
  @MinLength(3, { message: 'Ensure this field has at least $constraint1 characters.' })
  @Matches(/^[A-Z]/, { message: 'Begin with a capital.' })
  code!: string;
  @ObjectField({ label: 'From', of: Address }) from!: Address;
  @ListField({ label: 'Stops', of: Address }) stops!: readonly Address[];
}

function refusal(): Failure {
  try {
    read(Parcel, { code: 'x', from: { country: 'XX' }, stops: [{ country: 'TR' }, { country: 'XX' }] });
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it was not refused');
}

const country = ['country must be a valid ISO31661 Alpha2 code'];
const fields = {
  code: ['Ensure this field has at least 3 characters.', 'Begin with a capital.'],
  from: { country },
  stops: [{}, { country }],
};

describe('input that breaks rules of class-validator', () => {
  it.each([
    ['oms', fields],
    ['retail', fields],
    ['oauth', { error: 'invalid_request', error_description: JSON.stringify(fields) }],
    ['reservation', { error: { code: 1004, fields }, meta: { timestamp: expect.any(Number) } }],
  ] as const)('is refused as any other input of %s', (family, body) => {
    expect(dialects[family].render(refusal())).toEqual(body);
  });
});
