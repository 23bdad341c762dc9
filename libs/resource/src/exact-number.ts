/** A number of a JSON text that a float can't hold, by its digits. */
export class ExactNumber {
  /** Without zeros at the end of its fraction: a number has none, other than a text. */
  readonly text: string;

  constructor(source: string) {
    this.text = source.replace(/\.0+(?=[eE]|$)|(\.\d*[1-9])0+(?=[eE]|$)/, '$1');
  }

  toString(): string {
    return this.text;
  }
}

/**
 * Up to 15 significant digits come out of a float as they went in. Numbers stand behind these characters, texts behind
 * quotes.
 */
const perhapsInexact = /[[:,\s]-?(?:\d[\d.]{15}|[\d.]+[eE])/;

/**
 * Parses JSON, losing no digit: a number that isn't its float's shortest text becomes an `ExactNumber`. @throws
 * SyntaxError
 */
export function parseExactly(text: string): unknown {
  if (!perhapsInexact.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && context.source !== undefined && !isExact(value, context.source)
      ? new ExactNumber(context.source)
      : value) as (key: string, value: unknown) => unknown);
}

const isExact = (value: number, source: string): boolean =>
  String(value) === source || (source.length <= 15 && !/[eE]/.test(source));
