import { ExactNumber } from '../exact-number.js';
import { Failure } from '@refundry/errors';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

const maxLength = 64;
/** Characters that no key contains, and half a character, which PostgreSQL takes for no text at all. */
const unreadable = /[\p{Cc}\p{Surrogate}]/u;
/** Bidirectional marks, joiners, the soft hyphen, U+FEFF and their kind, and the blank of Braille. */
const invisible = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Persian digits (U+06F0 to U+06F9) and Arabic ones (U+0660 to U+0669). */
const easternDigit = /[\u06f0-\u06f9\u0660-\u0669]/g;
/** ASCII as wide as an ideograph. Other compatibility forms stay as they are: `4²` is not 42. */
const fullWidth = /[\uff01-\uff5e]/g;
const fullWidthOffset = 0xfee0;
const blanks = /[\s\u0085]+/g;
const decimalId = /^(?:0|[1-9]\d{0,17})$/;

/**
 * The id or the PNR of a reservation without what nobody sees or tells apart: invisible characters, space around it,
 * runs of space, eastern and full-width digits, case. The database compares PNRs by its own function of the same rules,
 * `pnr_key` (docs/adr/0037), which makes no difference between a text and what this returns for it.
 */
export const normalReserveId = (text: string): string =>
  simpleUpperCase(
    text
      .replace(invisible, '')
      .normalize('NFC')
      .replace(easternDigit, (digit) => String(digit.charCodeAt(0) & 0xf))
      .replace(fullWidth, (wide) => String.fromCharCode(wide.charCodeAt(0) - fullWidthOffset))
      .replace(blanks, ' ')
      .trim(),
  );

/** One capital for one letter, of the scripts up to Armenian: of later ones PostgreSQL may know fewer than we do. */
const simpleUpperCase = (text: string): string =>
  text.replace(/[a-z\u00b5-\u058f]/g, (letter) =>
    letter.toUpperCase().length === letter.length ? letter.toUpperCase() : letter,
  );

/**
 * Whether a text is an id as we write it. With a sign, a leading zero or anything else it is none: `0450` is not row
 * 450.
 */
export const isDecimalId = (text: string): boolean => decimalId.test(text);

function convertReserveId(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber))
    throw new Failure('reserve_id_malformed');
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (text.length > 2 * maxLength || unreadable.test(text.replace(invisible, '').trim()))
    throw new Failure('reserve_id_malformed');
  const id = normalReserveId(text);
  if (id === '') throw new Failure('reserve_id_missing');
  if (id.length > maxLength || (typeof value !== 'string' && !/^\d+$/.test(id)))
    throw new Failure('reserve_id_malformed');
  return id;
}

/**
 * The key of a reservation: its id or one of its PNRs, as text or as a number (reservation-refund-procedure.txt).
 * Refused with the codes of its family, `reserve_id_missing` and `reserve_id_malformed`.
 */
export const ReserveIdField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'string',
    convert: convertReserveId,
    schema: ({ direction }) => ({
      type: direction === 'answer' ? 'string' : ['string', 'integer'],
      maxLength: 2 * maxLength,
    }),
    writeJson: writeString,
  });
