import { describe, expect, it } from '@jest/globals';
import { auditedActions } from './audited-action.js';
import { ListField } from './fields/list-field.js';
import { StringField } from './fields/string-field.js';

class Key {
  @StringField({ label: 'Name' }) name!: string;
  @StringField({ label: 'Secret', isSecret: true }) secret!: string;
}

class KeyRing {
  @ListField({ label: 'Keys', of: Key }) keys!: readonly Key[];
}

const declare = (fields: readonly (keyof Key)[]) =>
  auditedActions({ service: 'oms', subjectType: 'key', of: Key, fields, actions: { rotated: 'A key was rotated' } });

describe('a declaration of decisions', () => {
  it('names each after its subject', () => {
    expect(declare(['name']).rotated).toMatchObject({ action: 'key.rotated', fields: ['name'], subjectType: 'key' });
  });

  it('can have no secret, nor a list of what has one', () => {
    expect(() => declare(['name', 'secret'])).toThrow('Key.secret is secret');
    expect(() =>
      auditedActions({ service: 'oms', subjectType: 'ring', of: KeyRing, fields: ['keys'], actions: { lost: 'Lost' } }),
    ).toThrow('KeyRing.keys is secret');
  });

  it('can have no field that the class does not have', () => {
    expect(() => declare(['nam' as 'name'])).toThrow('Key has no field nam');
  });
});
