import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { html } from './html.js';

const decoded = (markup: string): string =>
  markup.replace(
    /&(?:amp|lt|gt|quot|#39);/g,
    (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[entity] ?? entity,
  );

describe('a template of a page', () => {
  it('lets no text out as markup, and loses none of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [, attribute = '', content = ''] =
          /^<i title="([^<>"']*)">([^<>"']*)<\/i>$/.exec(html`<i title="${text}">${text}</i>`.toString()) ?? [];
        expect([decoded(attribute), decoded(content)]).toEqual([text, text]);
      }),
      { seed: 21, numRuns: 500 },
    );
  });

  it('keeps the markup of templates within it', () => {
    expect(html`<ul>${['a', '<b>'].map((text) => html`<li>${text}</li>`)}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
    );
  });

  it('writes nothing for what is not there', () => {
    expect(html`[${undefined}${false}${''}${[]}${0}]`.toString()).toBe('[0]');
  });
});
