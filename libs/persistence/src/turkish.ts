import { foldedColumnOf } from '@refundry/pagination';

/**
 * SQL of the function that makes texts equal that differ only in case, as Turkish has it: `I` is the capital of `ı`, `İ` that
 * of `i`. So `ISPARTA` is Isparta and `isparta` is not.
 */
export const createTurkishFolding = `
  create function fold_turkish(text) returns text language sql immutable parallel safe strict
    return lower(translate(normalize($1, NFC), 'Iİ', 'ıi') collate "pg_c_utf8");
`;

/** SQL of the column that a search of `column` looks into. */
export const foldedColumn = (column: string): string => `${foldedColumnOf(column)} text not null generated always as (fold_turkish(${column})) stored`;
