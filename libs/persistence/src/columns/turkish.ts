import { foldedColumnOf } from '@refundry/pagination';

/**
 * SQL of the function that makes texts equal that differ only in case, as Turkish has it: `I` is the capital of `ı`,
 * `İ` that of `i`. So `ISPARTA` is Isparta and `isparta` is not.
 *
 * What is a capital doesn't depend on the database's locale; PostgreSQL before 17 takes the operating system's word for
 * it.
 */
export const createTurkishFolding = `
  do $create$ begin
    execute format($function$
      create function fold_turkish(text) returns text language sql immutable parallel safe strict
        return lower(translate(normalize($1, NFC), 'Iİ', 'ıi') collate %I)
    $function$, (
      select collname from pg_collation
      where collname in ('pg_c_utf8', 'C.utf8') and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
      order by collname = 'pg_c_utf8' desc limit 1
    ));
  end $create$;
`;

/** SQL of the column that a search of `column` looks into. */
export const foldedColumn = (column: string): string =>
  `${foldedColumnOf(column)} text not null generated always as (fold_turkish(${column})) stored`;
