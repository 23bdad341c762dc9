/** Markup that may stand in a page. Only `html` makes any. */
export class Html {
  private constructor(private readonly text: string) {}

  static of(parts: readonly string[], values: readonly Fragment[]): Html {
    let text = parts[0] ?? '';
    for (const [index, value] of values.entries()) text += written(value) + (parts[index + 1] ?? '');
    return new Html(text);
  }

  toString(): string {
    return this.text;
  }
}

/** The values that a template accepts; `undefined` and `false` are nothing. */
export type Fragment = Html | string | number | undefined | false | readonly Fragment[];

/** A template that escapes whatever is put into it and isn't markup already. Attributes must be quoted. */
export const html = (parts: TemplateStringsArray, ...values: readonly Fragment[]): Html => Html.of(parts, values);

function written(fragment: Fragment): string {
  if (fragment === undefined || fragment === false) return '';
  if (fragment instanceof Html) return fragment.toString();
  return typeof fragment === 'object' ? fragment.map(written).join('') : escaped(String(fragment));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const special = /[&<>"']/g;
const escaped = (text: string): string =>
  text.search(special) < 0 ? text : text.replace(special, (character) => entities[character] ?? '');
