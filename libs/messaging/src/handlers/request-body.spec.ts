import { describe, expect, it } from '@jest/globals';
import { DecimalField, ListField, read, StringField } from '@refundry/resource';
import { isMultipart, readBody } from './request-body.js';

class Line {
  @DecimalField({ label: 'Qty', maxDigits: 19, decimalPlaces: 4 }) qty!: string;
}
class Document {
  @StringField({ label: 'Number' }) number!: string;
  @ListField({ label: 'Lines', of: Line, required: false }) lines?: readonly Line[];
}

const plain = (body: string | Buffer, contentType?: string): Promise<unknown> =>
  Promise.resolve().then(() => readBody(Document, Buffer.from(body), contentType));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const form = (...parts: string[]): string =>
  [...parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`), '--b--\r\n'].join('');

describe('the body of a request', () => {
  it.each([
    ['{"number": 7}', 'application/json', { number: 7 }],
    ['{"number": "ş"}', 'Application/JSON; charset=utf-8', { number: 'ş' }],
    ['', 'application/json', {}],
    ['', 'text/plain', {}],
    ['number=7&lines[0]qty=1', 'application/x-www-form-urlencoded', { number: '7', lines: [{ qty: '1' }] }],
    [
      form('name="number"\r\n\r\nş', 'name="lines[0]qty"\r\n\r\n1'),
      'multipart/form-data; boundary=b',
      { number: 'ş', lines: [{ qty: '1' }] },
    ],
    [nested(32), 'application/json', JSON.parse(nested(32)) as unknown],
    [
      '{"number":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[[["}',
      'application/json',
      { number: `${'['.repeat(35)}"[[[[` },
    ],
  ])('%j as %s is read', async (body, contentType, expected) => {
    expect(await plain(body, contentType)).toEqual(expected);
  });

  it.each([
    ['{"number": NaN}', 'application/json', 'parse_error'],
    ['{"number": 7', 'application/json', 'parse_error'],
    [nested(33), 'application/json', 'parse_error'],
    [nested(100_000), 'application/json', 'parse_error'],
    [`{"a":${'['.repeat(50)}`, 'application/json', 'parse_error'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'application/json', 'parse_error'],
    [Buffer.from('number=\xff', 'latin1'), 'application/x-www-form-urlencoded', 'parse_error'],
    ['number=7', 'text/plain', 'unsupported_media_type'],
    ['{}', undefined, 'unsupported_media_type'],
    ['{}', 'application/jsonp', 'unsupported_media_type'],
    ['{}', '__proto__', 'unsupported_media_type'],
    ['{}', 'constructor', 'unsupported_media_type'],
    ['a=1&'.repeat(200_001), 'application/x-www-form-urlencoded', 'parse_error'],
    ['--b', 'multipart/form-data', 'multipart_error'],
    [form('name="number"\r\n\r\n7').slice(0, -20), 'multipart/form-data; boundary=b', 'multipart_error'],
    [
      form('name="number"; filename="a.txt"\r\n\r\n7').slice(0, -20),
      'multipart/form-data; boundary=b',
      'multipart_error',
    ],
  ])('%j as %s is refused: %s', async (body, contentType, code) => {
    await expect(plain(body, contentType)).rejects.toMatchObject({ code });
  });

  it.each([
    ['multipart/form-data', 'None'],
    ['multipart/form-data; charset=utf-8', 'None'],
    ['multipart/form-data; boundary=', ''],
    ['multipart/form-data; boundary=""', ''],
    ['multipart/form-data; boundary="a "', 'a '],
    [`multipart/form-data; boundary=${'b'.repeat(202)}`, 'b'.repeat(202)],
  ])('of the type %j is refused as Django refuses a form without a boundary', async (contentType, boundary) => {
    await expect(plain('--b--', contentType)).rejects.toMatchObject({
      status: 400,
      text: `Multipart form parse error - Invalid boundary in multipart: ${boundary}`,
    });
  });

  it('has no text where a form brings a file', async () => {
    const input = await plain(
      form('name="number"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nsecret'),
      'multipart/form-data; boundary=b',
    );
    expect(() => read(Document, input)).toThrow(
      expect.objectContaining({ fields: { number: ['Not a valid string.'] } }),
    );
  });

  it.each([
    ['multipart/form-data', true],
    [' Multipart/Form-Data ; boundary=b', true],
    ['multipart/form-data\n;', true],
    ['multipart/form-dat', false],
    ['application/json; a=multipart/form-data;', false],
    [undefined, false],
  ])('of the type %j is waited for: %s', (contentType, isWaitedFor) => {
    expect(isMultipart(contentType)).toBe(isWaitedFor);
  });

  it('keeps every digit of a number', async () => {
    const input = await plain(
      '{"number": 12345678901234567890, "lines": [{"qty": 999999999999999.9999}, {"qty": 1.00000}]}',
      'application/json',
    );
    expect(read(Document, input)).toEqual({
      number: '12345678901234567890',
      lines: [{ qty: '999999999999999.9999' }, { qty: '1.0000' }],
    });
  });
});
