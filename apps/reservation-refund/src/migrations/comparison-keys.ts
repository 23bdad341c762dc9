/**
 * Characters that nobody sees, as a bracket expression of PostgreSQL has them: Unicode's default ignorable ones, the
 * blank of Braille, and control characters that are no white space.
 */
const invisible =
  String.raw`\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5` +
  String.raw`\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8` +
  String.raw`\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff`;
const blank = String.raw`\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
/** Vowel signs, hamza and madda above or below a letter, and the stroke that only makes a word longer. */
const arabicMarks = String.raw`\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed`;

type Pair = readonly [from: string, to: string];
const characters = (first: number, count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, (_, index) => first + index));
const digits = characters(0x30, 10);
const easternDigits: readonly Pair[] = [
  [characters(0x06f0, 10), digits],
  [characters(0x0660, 10), digits],
];
/** ASCII as wide as an ideograph. */
const fullWidth: Pair = [characters(0xff01, 94), characters(0x21, 94)];
/** Yeh and kaf have code points of their own in Persian. */
const yehAndKaf: readonly Pair[] = [
  ['\u064a\u0649', '\u06cc\u06cc'],
  ['\u0643', '\u06a9'],
];
/**
 * Lucene's Arabic and Persian normalizers fold these too: the forms of heh, teh marbuta, alef wasla, yeh barree and
 * others.
 */
const otherLetters: readonly Pair[] = [
  ['\u0629\u06d5\u06c1\u06c3\u06be', '\u0647'.repeat(5)],
  ['\u0671', '\u0627'],
  ['\u06d2\u06d0\u06cd', '\u06cc'.repeat(3)],
  ['\u06aa', '\u06a9'],
];
/** Hyphens and dashes, final sigma, and the `i` that Turkish writes without a dot. */
const lookalikes: readonly Pair[] = [
  ['\u2010\u2011\u2012\u2013\u2014\u2015\u2212', '-'.repeat(7)],
  ['\u03c2', '\u03c3'],
  ['\u0131', 'i'],
];

/** For a text that `format` reads. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('%', '%%')}'`;
const translated = (sql: string, pairs: readonly Pair[]): string =>
  `translate(${sql}, ${quoted(pairs.map(([from]) => from).join(''))}, ${quoted(pairs.map(([, to]) => to).join(''))})`;
const without = (sql: string, set: string): string => `regexp_replace(${sql}, '[${set}]', '', 'g')`;

/** `%1$I` is a collation that knows the case of all letters, whatever the database's locale. */
const pnr = translated(`normalize(${without('$1', invisible)}, NFC)`, [...easternDigits, fullWidth, ...yehAndKaf]);
const trimmedPnr = `btrim(regexp_replace(${pnr}, '[${blank}]+', ' ', 'g'))`;
const anyPnr = `normalize(replace(upper(${trimmedPnr} collate %1$I), 'ß', 'SS'), NFC)`;
const lowerCase = `lower(${without('normalize($1, NFKD)', invisible + blank + arabicMarks)} collate %1$I)`;
const letters = translated(`replace(replace(${lowerCase}, 'ß', 'ss'), U&'i\\0307', 'i')`, [
  ...easternDigits,
  ...yehAndKaf,
  ...otherLetters,
  ...lookalikes,
]);
/** Most PNRs and many names are ASCII, and there is less to do for them. */
const pnrKey = `case when $1 ~ '^[!-~]*$' then upper($1 collate %1$I) else ${anyPnr} end`;
const asciiName = `lower(replace($1, ' ', '') collate %1$I)`;
const nameKey = `case when $1 ~ '^[ -~]*$' then ${asciiName} else normalize(${letters}, NFKC) end`;

/** Not `strict`, though null is the key of null: PostgreSQL would put no `case` in the place of a call then. */
const immutable = (name: string, expression: string): string =>
  `create or replace function ${name}(text) returns text language sql immutable parallel safe return ${expression}`;

/**
 * SQL of the functions by which texts are compared that decide about money (docs/adr/0037): `pnr_key` of PNRs,
 * `name_key` of names that choose a price.
 */
export const createComparisonKeys = `
  do $create$ declare letters_of text := (
    select collname from pg_collation
    where collname in ('pg_c_utf8', 'C.utf8') and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
    order by collname = 'pg_c_utf8' desc limit 1
  ); begin
    execute format($function$ ${immutable('pnr_key', pnrKey)} $function$, letters_of);
    execute format($function$ ${immutable('name_key', nameKey)} $function$, letters_of);
  end $create$`;
