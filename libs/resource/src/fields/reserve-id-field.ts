import { ExactNumber } from '../exact-number.js';
import { Failure } from '../failure.js';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

const longest = 64;
/** What stands in no key, and half a character, which PostgreSQL takes for no text at all. */
const unreadable = /[\p{Cc}\p{Surrogate}]/u;
/** Persian digits (U+06F0 to U+06F9) and Arabic ones (U+0660 to U+0669). */
const easternDigit = /[\u06f0-\u06f9\u0660-\u0669]/g;

/** The id or the PNR of a reservation as all its spellings are compared: without space around it, in capitals, with digits 0 to 9. */
export const normalReserveId = (text: string): string => text.trim().replace(easternDigit, (digit) => String(digit.charCodeAt(0) & 0xf)).toUpperCase();

function convertReserveId(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber)) throw new Failure('reserve_id_malformed');
  const text = String(value);
  const id = text.length > 2 * longest ? text : normalReserveId(text);
  if (id === '') throw new Failure('reserve_id_missing');
  const isWhole = typeof value === 'string' || /^\d+$/.test(id);
  if (!isWhole || id.length > longest || unreadable.test(id)) throw new Failure('reserve_id_malformed');
  return id;
}

/**
 * What names a reservation: its id or one of its PNRs, as text or as a number (reservation-refund-procedure.txt). Refused with the
 * codes of its family, `reserve_id_missing` and `reserve_id_malformed`.
 */
export const ReserveIdField = (options: FieldOptions): FieldDecorator<string | null> => declareField(options, { kind: 'string', convert: convertReserveId, schema: ({ direction }) => ({ type: direction === 'answer' ? 'string' : ['string', 'integer'], maxLength: 2 * longest }), writeJson: writeString });
