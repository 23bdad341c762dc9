import { TextDecoder } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { StringField } from '@refundry/resource';
import { array, assert, asyncProperty, constantFrom, string, tuple } from 'fast-check';
import { charsetNamed } from './charset.js';
import { readBody } from './request-body.js';

class Note {
  @StringField({ label: 'Text' }) text!: string;
}

const plain = (body: string | Uint8Array, contentType: string): Promise<unknown> =>
  Promise.resolve().then(() => readBody(Note, Buffer.from(body as string), contentType));
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** A single-byte charset the other way round. */
function encoderOf(label: string): { encode(text: string): Buffer; readonly characters: readonly string[] } {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const codes = new Map(bytes.map((byte) => [new TextDecoder(label).decode(Uint8Array.of(byte)), byte]));
  return {
    encode: (text) => Buffer.from(Array.from(text, (character) => codes.get(character) ?? 0x3f)),
    characters: [...codes.keys()].filter((one) => !/[\p{C}\p{Z}\ufffd]/u.test(one)),
  };
}

const cyrillic = encoderOf('windows-1251');
const percent = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const form = 'application/x-www-form-urlencoded';
const multipart = (content: string | Uint8Array, headers = ''): Buffer =>
  Buffer.concat([
    latin(`--b\r\nContent-Disposition: form-data; name="text"\r\n${headers}\r\n`),
    Buffer.from(content as string),
    latin('\r\n--b--\r\n'),
  ]);

describe('a body in another charset than UTF-8', () => {
  it.each([
    [form, 'windows-1251', 'text=%CF%F0%E8%F5%EE%E4', 'Приход'],
    [form, 'Windows-1251', latin('text=\xcf\xf0\xe8\xf5\xee\xe4+1'), 'Приход 1'],
    [form, 'cp1251', 'text=%CE%F2%EF%F3%F1%EA', 'Отпуск'],
    [form, '"koi8-r"', 'text=%F0%D2%C9%C8%CF%C4', 'Приход'],
    [form, 'iso-8859-9', 'text=%DEi%FEe', 'Şişe'],
    [form, 'latin1', 'text=%80%E9', '\x80é'],
    [form, 'shift_jis', 'text=%83A', 'ア'],
    [form, 'cp932', 'text=%83%41', 'ア'],
    [form, 'iso-2022-jp', 'text=%1B$B%25%22%1B(B', 'ア'],
    [form, 'utf-8', 'text=%26% %zz%\ufffd', '&% %zz%\ufffd'],
    [form, 'utf-16', Buffer.from('text=%C5%9Fişe', 'utf16le'), 'şişe'],
    ['application/json', 'windows-1251', latin('{"text":"\xcf\xf0"}'), 'Пр'],
    ['application/json', 'UTF-16', Buffer.from('\ufeff{"text":"ş"}', 'utf16le'), 'ş'],
    ['application/json', 'utf-16', big('\ufeff{"text":"ş"}'), 'ş'],
    ['application/json', 'utf_16_be', big('{"text":"ş"}'), 'ş'],
    [
      'application/json',
      'utf-32',
      Buffer.from(Uint32Array.from('{"text":"🧾"}'.match(/./gu) ?? [], (one) => one.codePointAt(0) ?? 0).buffer),
      '🧾',
    ],
    ['application/json', 'us-ascii', '{"text":"a"}', 'a'],
    ['application/json', "'utf-8'", '{"text":"ş"}', 'ş'],
    ['application/json', 'utf-8', '\ufeff{"text":"ş"}', 'ş'],
    ['application/json', '', '{"text":"ş"}', 'ş'],
    ['application/json', '""', '{"text":"ş"}', 'ş'],
    ['application/json', 'nobody-knows-it', '{"text":"ş"}', 'ş'],
    ['application/json', 'x-user-defined', '{"text":"ş"}', 'ş'],
    ['application/json', 'utf-8; charset=windows-1251', latin('{"text":"\xcf"}'), 'П'],
    ['multipart/form-data; boundary=b', 'windows-1251', multipart(cyrillic.encode('Приход')), 'Приход'],
  ])('as %s; charset=%s is read, not replaced: %j', async (type, charset, body, text) => {
    expect(await plain(body, `${type}; charset=${charset}`)).toEqual({ text });
  });

  it.each([
    [
      'the part itself',
      'multipart/form-data; boundary=b; charset=utf-8',
      multipart(cyrillic.encode('Приход'), 'Content-Type: text/plain; charset="windows-1251"\r\n'),
    ],
    [
      'a field of a multipart form',
      'multipart/form-data; boundary=b',
      Buffer.concat([
        latin('--b\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\nwindows-1251\r\n'),
        multipart(cyrillic.encode('Приход')),
      ]),
    ],
    ['a field of a form', form, latin('_charset_=windows-1251&text=%CF%F0%E8%F5%EE%E4')],
    [
      'base64 within a part',
      'multipart/form-data; boundary=b',
      multipart(
        `${Buffer.from('При').toString('base64')}\r\n${Buffer.from('ход').toString('base64')}`,
        'Content-Transfer-Encoding: base64\r\n',
      ),
    ],
  ])('is read by what %s says', async (_, contentType, body) => {
    expect(await plain(body, contentType)).toEqual({ text: 'Приход' });
  });

  it.each([
    [form, 'text=%FF'],
    [form, 'text=%C5'],
    [form, '%FF=1&text=a'],
    [`${form}; charset=utf-8`, 'text=%CF%F0%E8%F5%EE%E4'],
    [`${form}; charset=windows-1251`, 'text=%98'],
    [`${form}; charset=windows-1252`, 'text=%81'],
    [`${form}; charset=us-ascii`, 'text=%E9'],
    [`${form}; charset=utf-16`, latin('text=ab')],
    ['application/json; charset=utf-16', latin('{"text":"a" }\xd8')],
    ['application/json; charset=utf-32', latin('{"text":"a"}')],
    ['application/json; charset=utf-32', latin('{\0\0')],
    ['application/json; charset=shift_jis', latin('{"text":"\x83"}')],
    ['application/json; charset=nobody-knows-it', latin('{"text":"\xcf"}')],
    ['multipart/form-data; boundary=b', multipart(latin('\xff'))],
    ['multipart/form-data; boundary=b; charset=windows-1251', multipart(latin('\x98'))],
  ])('as %s is refused where it means nothing: %j', async (contentType, body) => {
    await expect(plain(body, contentType)).rejects.toMatchObject({ code: 'parse_error' });
  });

  it.each([
    ['base64 that is none', 'a', 'Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: base64\r\n'],
    ['an encoding that Django does not know', '=41', 'Content-Transfer-Encoding: quoted-printable\r\n'],
  ])('in a part with %s is a malformed form', async (_what, content, headers) => {
    await expect(plain(multipart(content, headers), 'multipart/form-data; boundary=b')).rejects.toMatchObject({
      code: 'multipart_error',
    });
  });

  it.each(['cp857', 'UTF-7', 'ibm500', 'iso-2022-kr', 'mac_turkish'])(
    'is refused as a media type where we can not read %s and others can',
    async (charset) => {
      await expect(plain('{"text":"a"}', `application/json; charset=${charset}`)).rejects.toMatchObject({
        code: 'unsupported_media_type',
        detail: `charset=${charset}`,
      });
    },
  );

  it('may have a replacement character of its own', async () => {
    expect(await plain('text=%EF%BF%BD%2B+\ufffd', form)).toEqual({ text: '\ufffd+ \ufffd' });
  });

  it('is the same however it is spelled', async () => {
    const texts = array(constantFrom(...cyrillic.characters), { minLength: 1, maxLength: 20 }).map((characters) =>
      characters.join(''),
    );
    await assert(
      asyncProperty(texts, async (text) => {
        const bytes = cyrillic.encode(text);
        const read = await Promise.all([
          plain(`text=${percent(bytes)}`, `${form}; charset=windows-1251`),
          plain(cyrillic.encode(JSON.stringify({ text })), 'application/json; charset=windows-1251'),
          plain(Buffer.from(JSON.stringify({ text }), 'utf16le'), 'application/json; charset=utf-16le'),
          plain(multipart(bytes), 'multipart/form-data; boundary=b; charset=windows-1251'),
          plain(`text=${encodeURIComponent(text)}`, form),
        ]);
        expect(read).toEqual(read.map(() => ({ text })));
      }),
    );
  });

  it('is read as UTF-8 forms are, whether they have replacement characters of their own or not', async () => {
    const pieces = array(
      tuple(constantFrom('', 'a', '%C5%9F', 'ş', '+', '=', '%26'), string({ unit: 'grapheme', maxLength: 2 })),
      { maxLength: 4 },
    );
    await assert(
      asyncProperty(pieces, async (all) => {
        const value = all.map(([piece, text]) => piece + text.replaceAll(/[&%\ufeff]/g, '')).join('');
        const [, read] = [...new URLSearchParams(`text=${value}`)][0] ?? [];
        expect(await plain(`text=${value}&other=\ufffd`, form)).toEqual({ text: read });
      }),
    );
  });
});

describe('the names of charsets', () => {
  it.each([
    ['UTF8', 'UTF-8'],
    ['u8', 'UTF-8'],
    ['Latin-1', 'ISO-8859-1'],
    ['ISO8859-15', 'iso-8859-15'],
    ['8859_9', 'windows-1254'],
    ['WINDOWS_1254', 'windows-1254'],
    ['1256', 'windows-1256'],
    ['ms936', 'gbk'],
    ['mac-cyrillic', 'x-mac-cyrillic'],
    ['koi8_u', 'koi8-u'],
    ['GB2312', 'gbk'],
    ['ansi_x3.4-1968', 'US-ASCII'],
  ])('%s is %s', (label, name) => {
    expect(charsetNamed(label).name).toBe(name);
  });
});
