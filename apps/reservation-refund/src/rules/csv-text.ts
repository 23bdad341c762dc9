/** The records of a CSV file (RFC 4180), each with its cells; separated by semicolons where its first line is. */
export function csvRecords(file: string): string[][] {
  const text = file.replace(/^\ufeff/, '');
  const separator = separatorOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length || record.length > 0;) {
    const { cell, end } = cellAt(text, at, separator);
    record.push(cell);
    if (text[end] === separator) {
      at = end + 1;
      continue;
    }
    records.push(record);
    record = [];
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return records;
}

const separatorOf = (text: string): string => {
  const [first = ''] = text.split(/[\r\n]/, 1);
  return first.includes(';') && !first.includes(',') ? ';' : ',';
};

/** @returns the cell that begins there, and where it ends; an open quote ends with the text */
function cellAt(text: string, start: number, separator: string): { readonly cell: string; readonly end: number } {
  if (text[start] !== '"') {
    const end = endOfPlain(text, start, separator);
    return { cell: text.slice(start, end), end };
  }
  let cell = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { cell: cell + text.slice(at), end: text.length };
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = endOfPlain(text, quote + 1, separator);
      return { cell: cell + text.slice(quote + 1, end), end };
    }
    cell += '"';
    at = quote + 2;
  }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let at = start;
  while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') at++;
  return at;
}

/** The beginning of a text that has an apostrophe which it was not given with. */
const kept = /^''*[=+@\t\r-]/;

/**
 * SQL of a text with an apostrophe in front of what a spreadsheet would take for a formula, and of what has one there.
 * Digits and signs alone come to no more than a number.
 */
export const keptText = (column: string): string =>
  `case when ${column} ~ e'^''*[=+@\\t\\r-]' and ${column} !~ '^[-0-9 +.()]*$' then '''' || ${column}
    else ${column} end`;

/** The text that `keptText` was given. */
export const givenText = (text: string): string => (kept.test(text) ? text.slice(1) : text);
