import { describe, expect, it } from '@jest/globals';
import {
  Allow,
  ArrayMinSize,
  IsDefined,
  IsISO31661Alpha2,
  IsLowercase,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import type { Failure } from '@refundry/errors';
import {
  fieldsOf,
  IntegerField,
  ListField,
  ObjectField,
  read,
  readMany,
  StringField,
  TextsField,
  type Class,
} from '../index.js';

/** A rule of our own, which compares two fields. */
const IsBefore = (other: string): PropertyDecorator =>
  ValidateBy({
    name: 'isBefore',
    constraints: [other],
    validator: {
      validate: (value: number, args?: ValidationArguments) => {
        const values = { ...args?.object } as Readonly<Record<string, number | undefined>>;
        return value < (values[other] ?? Infinity);
      },
      defaultMessage: () => 'Ensure that $property is before $constraint1, not $value.',
    },
  });

class Contact {
  @StringField({ label: 'Name', maxLength: 10 }) name!: string;
  @StringField({ label: 'Country', required: false, allowNull: true, maxLength: 5 })
  @IsISO31661Alpha2()
  country?: string | null;
}

class Hours {
  @IntegerField({ label: 'From' }) @Min(1) @IsBefore('until') from!: number;
  @IntegerField({ label: 'Until' }) @Max(24) until!: number;
}

class Shop {
  @StringField({ label: 'Code', maxLength: 9 })
  @MinLength(3, { message: 'Ensure this field has at least $constraint1 characters.' })
  @Matches(/^[a-z]/, { message: 'Begin with a letter.' })
  @IsLowercase()
  code!: string;
  @ObjectField({ label: 'Contact', of: Contact, required: false }) contact?: Contact;
  @ListField({ label: 'Hours', of: Hours, required: false }) @ArrayMinSize(1) hours?: readonly Hours[];
  @TextsField({ label: 'Tags', atMost: 5, required: false }) @MaxLength(3, { each: true }) tags?: readonly string[];
}

function errorsOf(type: Class, input: unknown, options?: { isPartial: true }): unknown {
  try {
    return options ? read(type, input, options) : read(type, input);
  } catch (error) {
    return (error as Failure).fields;
  }
}

describe('a field with a rule of class-validator', () => {
  it('is read as ever where the rule is kept, with the value that the field makes of it', () => {
    expect(read(Contact, { name: 'Ada', country: ' TR ' })).toEqual({ name: 'Ada', country: 'TR' });
    expect(Object.getPrototypeOf(read(Contact, { name: 'Ada', country: 'TR' }))).toBe(Object.prototype);
  });

  it('is refused with the message of the rule', () => {
    expect(errorsOf(Contact, { name: 'Ada', country: 'XX' })).toEqual({
      country: ['country must be a valid ISO31661 Alpha2 code'],
    });
  });

  it.each([
    ['', ['This field may not be blank.']],
    ['far too long', ['Ensure this field has no more than 5 characters.']],
    [true, ['Not a valid string.']],
  ])('is refused by the field alone when that can not convert %j', (country, messages) => {
    expect(errorsOf(Contact, { name: 'Ada', country })).toEqual({ country: messages });
  });

  it.each([{ name: 'Ada' }, { name: 'Ada', country: null }])('asks nothing of what is absent or null: %j', (input) => {
    expect(read(Contact, input)).toEqual(input);
  });

  it('gives no rule a value that is absent or null', () => {
    const HasEvenLength: PropertyDecorator = ValidateBy({
      name: 'hasEvenLength',
      validator: { validate: ({ length }: string) => length % 2 === 0 },
    });
    class Parcel {
      @StringField({ label: 'Code', required: false, allowNull: true }) @HasEvenLength code?: string | null;
    }
    for (const parcel of [{}, { code: null }, { code: '12' }]) expect(read(Parcel, parcel)).toEqual(parcel);
  });

  it('is refused by its own name where it is brought by another, unless the two disagree', () => {
    class Parcel {
      @StringField({ label: 'Code' }) @MinLength(3) code!: string;
      @StringField({ label: 'Key', sameAs: 'code' }) key!: string;
    }
    expect(read(Parcel, { key: 'abc' })).toEqual({ code: 'abc' });
    expect(errorsOf(Parcel, { key: 'ab' })).toEqual({ code: ['code must be longer than or equal to 3 characters'] });
    expect(errorsOf(Parcel, { code: 'a', key: 'ab' })).toEqual({ code: ['This field and key must be the same.'] });
  });

  it('is still required, and still not null', () => {
    expect(errorsOf(Shop, {})).toEqual({ code: ['This field is required.'] });
    expect(errorsOf(Shop, { code: null })).toEqual({ code: ['This field may not be null.'] });
  });

  it('is refused for every rule that it breaks, in the order in which they are written', () => {
    expect(errorsOf(Shop, { code: '1A' })).toEqual({
      code: ['Ensure this field has at least 3 characters.', 'Begin with a letter.', 'code must be a lowercase string'],
    });
    expect(errorsOf(Shop, { code: '1a' })).toEqual({
      code: ['Ensure this field has at least 3 characters.', 'Begin with a letter.'],
    });
  });

  it('is refused with all other fields, in the order of the fields', () => {
    const errors = errorsOf(Shop, { contact: { country: 'XX' }, code: 'ab', tags: 'none' });
    expect(JSON.stringify(errors)).toBe(
      '{"code":["Ensure this field has at least 3 characters."],' +
        '"contact":{"name":["This field is required."],"country":["country must be a valid ISO31661 Alpha2 code"]},' +
        '"tags":["Expected a list of items but got type \\"str\\"."]}',
    );
  });

  it('is refused where only what changes is read', () => {
    expect(read(Shop, {}, { isPartial: true })).toEqual({});
    expect(errorsOf(Shop, { code: 'ab' }, { isPartial: true })).toEqual({
      code: ['Ensure this field has at least 3 characters.'],
    });
  });
});

describe('a rule in a nested value', () => {
  const code = 'abc';

  it('stands where the value stands', () => {
    expect(errorsOf(Shop, { code, contact: { name: 'Ada', country: 'XX' } })).toEqual({
      contact: { country: ['country must be a valid ISO31661 Alpha2 code'] },
    });
    expect(
      errorsOf(Shop, {
        code,
        hours: [
          { from: 8, until: 12 },
          { from: '0', until: 25 },
        ],
      }),
    ).toEqual({
      hours: [{}, { from: ['from must not be less than 1'], until: ['until must not be greater than 24'] }],
    });
  });

  it('of a list as a whole stands under non_field_errors, as what the list refuses itself', () => {
    expect(errorsOf(Shop, { code, hours: [] })).toEqual({
      hours: { non_field_errors: ['hours must contain at least 1 elements'] },
    });
    expect(errorsOf(Shop, { code, hours: 1 })).toEqual({
      hours: { non_field_errors: ['Expected a list of items but got type "int".'] },
    });
  });

  it('of each text in a list stands at the list', () => {
    expect(errorsOf(Shop, { code, tags: ['new', 'long'] })).toEqual({
      tags: ['each value in tags must be shorter than or equal to 3 characters'],
    });
    expect(read(Shop, { code, tags: ['new', ' old '] })).toEqual({ code, tags: ['new', 'old'] });
  });

  it('stands parallel to a batch, and no two items have the same errors', async () => {
    const contact = { name: 'Ada', country: 'XX' };
    await expect(readMany(Contact, [contact, { name: 'Ada' }, contact], 5)).rejects.toMatchObject({
      fields: [
        { country: ['country must be a valid ISO31661 Alpha2 code'] },
        {},
        { country: ['country must be a valid ISO31661 Alpha2 code'], non_field_errors: ['Item 2.'] },
      ],
    });
  });
});

describe('a rule of our own', () => {
  it('sees the other fields as they were converted, and fills its message', () => {
    expect(read(Hours, { from: '8', until: '12' })).toEqual({ from: 8, until: 12 });
    expect(errorsOf(Hours, { from: '12', until: '8' })).toEqual({
      from: ['Ensure that from is before until, not 12.'],
    });
  });

  it('sees none that could not be converted', () => {
    expect(errorsOf(Hours, { from: 12, until: 'eight' })).toEqual({ until: ['A valid integer is required.'] });
  });
});

describe('other decorators of class-validator', () => {
  class Parcel {
    @StringField({ label: 'Kind' }) @Allow() kind!: string;
    @StringField({ label: 'Code', required: false })
    @ValidateIf((parcel: Parcel) => parcel.kind === 'post')
    @MinLength(5)
    code?: string;
    @ObjectField({ label: 'To', required: false, of: Contact }) @ValidateNested() @IsOptional() to?: Contact;
    @IntegerField({ label: 'Weight', required: false, allowNull: true }) @IsDefined() weight?: number | null;
  }

  it('add nothing to what a field decides: what is required, may be null and is nested', () => {
    const parcels = [{ kind: 'bike' }, { kind: 'bike', weight: null }, { kind: 'bike', to: { name: 'Ada' } }];
    for (const parcel of parcels) expect(read(Parcel, parcel)).toEqual(parcel);
    expect(errorsOf(Parcel, { kind: 'bike', to: {} })).toEqual({ to: { name: ['This field is required.'] } });
  });

  it('let a rule hold under a condition', () => {
    expect(read(Parcel, { kind: 'bike', code: '1' })).toEqual({ kind: 'bike', code: '1' });
    expect(errorsOf(Parcel, { kind: 'post', code: '1' })).toEqual({
      code: ['code must be longer than or equal to 5 characters'],
    });
  });
});

describe('a class that extends another', () => {
  it('keeps its rules', () => {
    class Person extends Contact {
      @IntegerField({ label: 'Age' }) @Min(18) age!: number;
    }
    expect(errorsOf(Person, { name: 'Ada', country: 'XX', age: 7 })).toEqual({
      country: ['country must be a valid ISO31661 Alpha2 code'],
      age: ['age must not be less than 18'],
    });
    expect(read(Contact, { name: 'Ada' })).toEqual({ name: 'Ada' });
  });
});

describe('a class that has other rules than the one that it extends', () => {
  class Parcel {
    @StringField({ label: 'Code' }) @MinLength(5) code!: string;
  }
  class SmallParcel extends Parcel {
    @MinLength(2) override code!: string;
  }

  it('is read and described by its own', () => {
    expect(read(SmallParcel, { code: 'ab' })).toEqual({ code: 'ab' });
    expect([Parcel, SmallParcel].map((type) => fieldsOf(type)[0]?.bounds)).toEqual([
      { min_length: 5 },
      { min_length: 2 },
    ]);
  });
});

describe('a rule that would never run', () => {
  const IsKnown: PropertyDecorator = (target, name) => {
    registerDecorator({
      name: 'isKnown',
      async: true,
      target: target.constructor,
      propertyName: String(name),
      validator: { validate: () => Promise.resolve(false) },
    });
  };

  class WithoutField {
    @StringField({ label: 'Name' }) name!: string;
    @MinLength(3) code!: string;
  }
  class OfAnotherName {
    @StringField({ label: 'Code' }) code!: string;
    @StringField({ label: 'Key', sameAs: 'code' }) @MinLength(3) key!: string;
  }
  class Asynchronous {
    @StringField({ label: 'Code' }) @IsKnown code!: string;
  }

  it.each([
    [WithoutField, 'WithoutField.code has a rule of class-validator, and no field.'],
    [OfAnotherName, 'OfAnotherName.key is another name of code, to which its rules belong.'],
    [Asynchronous, 'Asynchronous.code has an asynchronous rule, and input is read at once.'],
  ])('is refused where the contract is declared: %p', (type: Class, sentence) => {
    expect(() => fieldsOf(type)).toThrow(sentence);
  });
});
