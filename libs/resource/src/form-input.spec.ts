import { describe, expect, it } from '@jest/globals';
import { DecimalField, formInput, ListField, read, StringField, TextsField } from './index.js';

class Line {
  @StringField({ label: 'Product' }) product!: string;
  @DecimalField({ label: 'Qty', maxDigits: 19, decimalPlaces: 4 }) qty!: string;
}

class Document {
  @StringField({ label: 'Number' }) number!: string;
  @StringField({ label: 'Responsible', required: false, allowNull: true }) responsible?: string | null;
  @StringField({ label: 'Note', required: false, allowNull: true, allowBlank: true }) note?: string | null;
  @StringField({ label: 'Shop', required: false }) shop?: string;
  @ListField({ label: 'Lines', of: Line }) lines!: readonly Line[];
}

class Identifiers {
  @TextsField({ label: 'Identifiers', atMost: 3 }) identifiers!: readonly string[];
}

const input = (type: new () => object, form: string): object => formInput(type, new URLSearchParams(form));

describe('the input of a form', () => {
  it('holds the items of a list under their index, in its order', () => {
    expect(
      input(Document, 'number=7&lines[1]product=b&lines[0]product=a&lines[0]qty=1&lines[1].qty=2&lines[10][product]=c'),
    ).toEqual({
      number: '7',
      lines: [{ product: 'a', qty: '1' }, { product: 'b', qty: '2' }, { product: 'c' }],
    });
  });

  it('takes an empty text for null, for nothing, or for itself, as the field allows', () => {
    expect(input(Document, 'number=&responsible=&note=&shop=')).toEqual({ number: '', responsible: null, note: '' });
  });

  it('takes the last of a repeated name, and all of them for a list of texts', () => {
    expect(input(Document, 'number=1&number=2')).toEqual({ number: '2' });
    expect(input(Identifiers, 'identifiers=a&identifiers=b')).toEqual({ identifiers: ['a', 'b'] });
  });

  it('knows nothing of other names', () => {
    expect(input(Document, '__proto__=1&lines[x]product=1&lines=1&constructor[0]a=1')).toEqual({});
  });

  it('has an item that is a text where it has no fields, and refuses that as JSON is refused', () => {
    const plain = input(Document, 'number=1&lines[3]=milk&lines[0]product=a&lines[0]qty=1');
    expect(plain).toEqual({ number: '1', lines: [{ product: 'a', qty: '1' }, 'milk'] });
    expect(() => read(Document, plain)).toThrow(
      expect.objectContaining({
        fields: { lines: [{}, { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] }] },
      }),
    );
  });

  it('brings a list of texts by its name or by their indices', () => {
    for (const form of ['identifiers=a&identifiers=b', 'identifiers[7]=b&identifiers[2]=a'])
      expect(input(Identifiers, form)).toEqual({ identifiers: ['a', 'b'] });
    expect(() => read(Identifiers, input(Identifiers, 'identifiers[0]=a&identifiers[1]key=b'))).toThrow(
      expect.objectContaining({ fields: { identifiers: { 1: ['Not a valid string.'] } } }),
    );
  });

  it('takes no longer for many entries of one item than for as many of many', () => {
    const many = Array.from({ length: 50_000 }, () => ['lines[0]product', 'a'] as const);
    expect(formInput(Document, many)).toEqual({ lines: [{ product: 'a' }] });
  });

  it('is refused as any other', () => {
    expect(() => read(Document, input(Document, 'number=1&lines[0]product=a&lines[0]qty=many'))).toThrow(
      expect.objectContaining({ fields: { lines: [{ qty: ['A valid number is required.'] }] } }),
    );
  });
});

describe('a list of texts', () => {
  it.each([
    [{}, ['This field is required.']],
    [{ identifiers: 'a' }, ['Expected a list of items but got type "str".']],
    [{ identifiers: [] }, ['This list may not be empty.']],
    [{ identifiers: ['a', 'b', 'c', 'd'] }, ['Ensure this field has no more than 3 elements.']],
    [{ identifiers: null }, ['This field may not be null.']],
    [{ identifiers: [null, 'a', {}] }, { 0: ['This field may not be null.'], 2: ['Not a valid string.'] }],
    [{ identifiers: ['a', true, ''] }, { 1: ['Not a valid string.'], 2: ['This field may not be blank.'] }],
  ])('is refused: %j', (plain, errors) => {
    expect(() => read(Identifiers, plain)).toThrow(expect.objectContaining({ fields: { identifiers: errors } }));
  });

  it('takes numbers for their digits', () => {
    expect(read(Identifiers, { identifiers: [1147, ' a '] })).toEqual({ identifiers: ['1147', 'a'] });
  });
});
