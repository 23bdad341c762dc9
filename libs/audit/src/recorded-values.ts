import type { AuditedAction } from '@refundry/resource';

/** Bytes of JSON that the values before a decision, or after it, have at the most. */
const maxBytes = 8192;
const maxTextLength = 500;

type Values = Readonly<Record<string, unknown>>;

/** Picks the values of the fields that an action declares, in their order; whatever else there is stays out. */
export function declaredValues({ fields }: AuditedAction, values: object | undefined): Values | undefined {
  if (!values) return undefined;
  const given = values as Values;
  return Object.fromEntries(fields.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/**
 * The JSON of values. A long text is cut; a value for which there is no room left gives way to a note of its size,
 * because a decision is not refused for the length of its record.
 */
export function boundedJson(values: Values | undefined): string | null {
  if (!values) return null;
  let left = maxBytes;
  const kept = Object.entries(values).map(([name, value]) => {
    const fitting = cutTexts(value);
    const bytes = Buffer.byteLength(JSON.stringify(fitting));
    if (bytes > left) return [name, `(${bytes} bytes)`];
    left -= bytes;
    return [name, fitting];
  });
  return JSON.stringify(Object.fromEntries(kept));
}

const cutTexts = (value: unknown): unknown => (typeof value === 'string' ? cutText(value) : value);

/** By code points: half a character is none. */
export function cutText(text: string, maxLength = maxTextLength): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength).join('')}…`;
}
