/**
 * SQL of the text that JSON answers for a timestamp: with microseconds, unless they are zero, and `Z`. To look at the finished
 * text is cheaper than to ask the timestamp.
 */
export const answeredTimestamp = (column: string): string =>
  `replace(to_char(${column}::timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')`;
