import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { domainName, domainNameIn } from './index.js';

describe('the name of a domain', () => {
  it.each([
    'shop.example',
    'SHOP.Example',
    ' shop.example ',
    'www.shop.example',
    'WWW.www.shop.example',
    'shop.example.',
    'https://shop.example',
    'HTTP://www.shop.example:8443/refunds?a=1#b',
    'shop.example:80',
    'shop.example/',
    'ftp://shop.example',
    '//shop.example',
  ])('is the same written as %p', (text) => {
    expect(domainName(text)).toBe('shop.example');
  });

  it.each([
    ['سفر.ایران', 'xn--wgbd6b.xn--mgba3a4f16a'],
    ['Müşteri.example', 'xn--mteri-kva70e.example'],
    ['xn--mteri-kva70e.example', 'xn--mteri-kva70e.example'],
    ['ｓｈｏｐ。example', 'shop.example'],
    ['localhost:3000', 'localhost'],
    ['www.com', 'www.com'],
    ['www.example', 'www.example'],
    ['wwwshop.example', 'wwwshop.example'],
  ])('is, of %p, %p', (text, name) => {
    expect(domainName(text)).toBe(name);
  });

  it.each([
    '',
    ' ',
    '.',
    '/',
    'https://',
    'shop example',
    'shop.example:port',
    'user@shop.example',
    ':secret@shop.example',
    'shop<.example',
    `${'a.'.repeat(127)}b`,
    '\0',
  ])('is none: %p', (text) => {
    expect(domainName(text)).toBeUndefined();
  });

  it('is its own name', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^(www\.){0,3}[a-zé]{0,3}(\.[a-z]{1,3}){0,2}\.{0,2}$/),
    );
    fc.assert(
      fc.property(names, (text) => {
        const name = domainName(text);
        if (name !== undefined) expect(domainName(name)).toBe(name);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('is read from a header in UTF-8, and from no other bytes', () => {
    expect(domainNameIn(Buffer.from('سفر.ایران').toString('latin1'))).toBe('xn--wgbd6b.xn--mgba3a4f16a');
    expect(domainNameIn('m\u00fcsteri.example')).toBeUndefined();
  });
});
