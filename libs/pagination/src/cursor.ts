import { Failure } from '@refundry/errors';
import { kindOfTerm, type Class, type CursorPosition, type ListRequest } from '@refundry/resource';
import { readFilterValue } from './filter-value.js';

/** The first `cursor` of a list, as at Crossref and in Solr. */
const beginning = '*';
/** In characters. PostgreSQL's indexes keep texts of at most 2.7 kB, so none that we write is as long. */
const maxCursor = 8192;

/** The `cursor` of what follows a row, of which `values` are those of the order's terms, as PostgreSQL writes them. */
export function writeCursor(order: readonly string[], count: number, values: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify([count, order.join(), ...values])).toString('base64url');
}

/**
 * Reads the parameter `cursor` of a list of `type`. It comes from the client, who may have written it: whatever is
 * believed of it is no more than a filter says, and a number.
 *
 * @returns undefined when it is empty
 * @throws Failure `invalid_cursor` when it can't be read, or was made for another order
 */
export function readCursor(type: Class, order: readonly string[], text: string): ListRequest['cursor'] {
  if (text === '') return undefined;
  if (text === beginning) return 'beginning';
  const [count, terms, ...values] = decode(text);
  if (!Number.isSafeInteger(count) || (count as number) < 0 || terms !== order.join() || values.length !== order.length)
    throw new Failure('invalid_cursor');
  return { count: count as number, after: order.map((term, index) => valueOf(type, term, values[index])) };
}

function decode(text: string): unknown[] {
  if (text.length > maxCursor || !/^[\w-]+$/.test(text)) throw new Failure('invalid_cursor');
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    throw new Failure('invalid_cursor', { cause: error });
  }
}

/** A value that a filter for what equals it would leave as it is: only so does PostgreSQL write it. */
function valueOf(type: Class, term: string, value: unknown): CursorPosition['after'][number] {
  const kind = kindOfTerm(type, term);
  const read = typeof value === 'string' ? readFilterValue(kind, value, 'exact') : undefined;
  if (!read || 'refusal' in read || read.lookup !== 'exact' || read.value !== value)
    throw new Failure('invalid_cursor');
  return { kind, value: read.value };
}
