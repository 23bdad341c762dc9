import { describe, expect, it } from '@jest/globals';
import { Failure } from '@refundry/errors';
import { BooleanField, IntegerField, ListField, parseExactly, read, readMany, StringField } from './index.js';

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
    expect(read(Reason, { subject: ' Late ', ordering: '3', is_active: 'true' })).toEqual({
      subject: 'Late',
      ordering: 3,
      is_active: true,
    });
  });

  it('leaves an absent optional field out', () => {
    expect(Object.keys(read(Reason, { subject: 'Late', ordering: 3 }))).toEqual(['subject', 'ordering']);
  });

  it('ignores unknown keys and read-only fields', () => {
    expect(read(Reason, { id: 'not even a number', subject: 'Late', ordering: 3, colour: 'red' })).toEqual({
      subject: 'Late',
      ordering: 3,
    });
  });

  it('refuses every wrong field at once', () => {
    const failure = refusal({ subject: 'far too long a text', is_active: 'maybe' });
    expect(failure).toMatchObject({
      code: 'invalid',
      status: 400,
      fields: {
        subject: ['Ensure this field has no more than 10 characters.'],
        ordering: ['This field is required.'],
        is_active: ['Must be a valid boolean.'],
      },
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

class Refund {
  @StringField({ label: 'Document id', maxLength: 5 }) document_id!: string;
  @StringField({ label: 'Identifier', sameAs: 'document_id', maxLength: 5 }) identifier!: string;
  @IntegerField({ label: 'Qty' }) qty!: number;
}

describe('a field with two names', () => {
  const errorsOf = (input: unknown): unknown => {
    try {
      return read(Refund, input);
    } catch (error) {
      return (error as Failure).fields;
    }
  };

  it.each([
    [
      { document_id: 'a', qty: 1 },
      { document_id: 'a', qty: 1 },
    ],
    [
      { identifier: 'a', qty: 1 },
      { document_id: 'a', qty: 1 },
    ],
    [
      { document_id: 'a', identifier: ' a ', qty: 1 },
      { document_id: 'a', qty: 1 },
    ],
    [
      { document_id: 7, identifier: '7', qty: 1 },
      { document_id: '7', qty: 1 },
    ],
    [{ document_id: 'a', identifier: 'b', qty: 1 }, { document_id: ['This field and identifier must be the same.'] }],
    [{ qty: 1 }, { document_id: ['This field is required.'] }],
    [{ identifier: 'far too long', qty: 1 }, { identifier: ['Ensure this field has no more than 5 characters.'] }],
    [{ identifier: null, qty: 1 }, { identifier: ['This field may not be null.'] }],
  ])('reads %j as %j', (input, expected) => {
    expect(errorsOf(input)).toEqual(expected);
  });
});

describe('reading what changes', () => {
  it('requires nothing', () => {
    expect(read(Refund, {}, { isPartial: true })).toEqual({});
    expect(read(Refund, { qty: '2' }, { isPartial: true })).toEqual({ qty: 2 });
  });

  it('refuses what is wrong all the same', () => {
    expect(() => read(Refund, { qty: 'two' }, { isPartial: true })).toThrow(
      expect.objectContaining({ fields: { qty: ['A valid integer is required.'] } }),
    );
  });
});

describe('reading one or many', () => {
  const good = { document_id: 'a', qty: 1 };
  const errorsOf = async (input: unknown): Promise<unknown> => {
    try {
      return await readMany(Refund, input, 4);
    } catch (error) {
      return (error as Failure).fields;
    }
  };

  it('takes either', async () => {
    expect(await errorsOf(good)).toEqual([good]);
    expect(await errorsOf([good, good])).toEqual([good, good]);
    expect(await errorsOf([])).toEqual([]);
  });

  it('refuses one with its errors, many with an array as long as they are', async () => {
    expect(await errorsOf({ document_id: 'a' })).toEqual({ qty: ['This field is required.'] });
    expect(await errorsOf([good, { document_id: 'a' }])).toEqual([{}, { qty: ['This field is required.'] }]);
    expect(await errorsOf([[good]])).toEqual([
      { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] },
    ]);
  });

  it('never gives two items the same errors, for clients that look them up by their value', async () => {
    const errors = (await errorsOf([{ document_id: 'a' }, good, { document_id: 'b' }, 'text'])) as object[];
    expect(errors).toEqual([
      { qty: ['This field is required.'] },
      {},
      { qty: ['This field is required.'], non_field_errors: ['Item 2.'] },
      { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] },
    ]);
    expect(await errorsOf(['text', 'text'])).toEqual([
      { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] },
      { non_field_errors: ['Invalid data. Expected a dictionary, but got str.', 'Item 1.'] },
    ]);
  });

  it('says of items that are null that they may not be, each in its own words', async () => {
    expect(await errorsOf([null, good])).toEqual([['This field may not be null.'], {}]);
    expect(await errorsOf([null, good, null])).toEqual([
      ['This field may not be null.'],
      {},
      { non_field_errors: ['This field may not be null.', 'Item 2.'] },
    ]);
    expect(await errorsOf(null)).toEqual({ non_field_errors: ['No data provided'] });
  });

  it('refuses more than may come', async () => {
    expect(await errorsOf([good, good, good, good, good])).toEqual({
      non_field_errors: ['Ensure this field has no more than 4 elements.'],
    });
  });
});

class Batch {
  @ListField({ label: 'Lines', of: Reason, atMost: 60_000 }) lines!: readonly Reason[];
}

describe('reading very many', () => {
  const linesOf = (count: number): object => ({ lines: Array.from({ length: count }, () => ({})) });

  it('refuses a list, and a batch, that would cost more to refuse than anybody may ask for', async () => {
    expect(() => read(Batch, linesOf(60_001))).toThrow(
      expect.objectContaining({
        fields: { lines: { non_field_errors: ['Ensure this field has no more than 60000 elements.'] } },
      }),
    );
    await expect(readMany(Batch, [linesOf(50_000), linesOf(50_001)], 10)).rejects.toThrow(
      expect.objectContaining({
        fields: { non_field_errors: ['Ensure that there are no more than 100000 items in all.'] },
      }),
    );
  });

  it('tells the first wrong items of a batch in full and the others shortly, each in words of its own', async () => {
    const { fields } = (await readMany(
      Batch,
      Array.from({ length: 200 }, () => linesOf(100)),
      200,
    ).catch((error: unknown) => error as Failure)) as Failure;
    const all = fields as { lines?: object[]; non_field_errors?: string[] }[];
    expect(all).toHaveLength(200);
    expect(all[0]?.lines).toHaveLength(100);
    expect(all[199]).toEqual({ non_field_errors: ['This item is invalid. Further errors are left out.', 'Item 199.'] });
    expect(new Set(all.map((errors) => JSON.stringify(errors))).size).toBe(200);
    expect(JSON.stringify(all).length).toBeLessThan(1_200_000);
  });

  it('keeps the places of right items behind very many wrong ones', async () => {
    const { fields } = (await readMany(Batch, [linesOf(30_000), linesOf(30_000), { lines: [] }, linesOf(1)], 4).catch(
      (error: unknown) => error as Failure,
    )) as Failure;
    const [first, , third, last] = fields as { lines?: object[] }[];
    expect(first?.lines).toHaveLength(30_000);
    expect(first?.lines?.[29_999]).toEqual({
      non_field_errors: ['This item is invalid. Further errors are left out.'],
    });
    expect([third, last]).toEqual([
      {},
      { non_field_errors: ['This item is invalid. Further errors are left out.', 'Item 3.'] },
    ]);
  });

  it('leaves turns to others between its items', async () => {
    const events: string[] = [];
    const reading = readMany(
      Batch,
      Array.from({ length: 200 }, () => linesOf(400)),
      200,
    ).catch(() => events.push('refused'));
    setImmediate(() => events.push('somebody else'));
    await reading;
    expect(events).toEqual(['somebody else', 'refused']);
  });

  it('takes a number that no float holds for no dictionary', async () => {
    expect(() => read(Reason, parseExactly('[1e5]'), { isPartial: true })).toThrow(
      expect.objectContaining({ fields: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] } }),
    );
    await expect(readMany(Reason, parseExactly('[12345678901234567890]'), 10)).rejects.toThrow(
      expect.objectContaining({
        fields: [{ non_field_errors: ['Invalid data. Expected a dictionary, but got int.'] }],
      }),
    );
  });
});
