/** The media type of every format an answer can be rendered in. */
export const mediaTypes = {
  json: 'application/json',
  /** A browsable page: the answer of JSON, with forms. */
  api: 'text/html',
  csv: 'text/csv',
  /** A workbook as Excel writes it since 2007, under the name that the OMS documents give it. */
  xls: 'application/xls',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export type Format = keyof typeof mediaTypes;
/** The export formats of a list. */
export type ExportFormat = Exclude<Format, 'json' | 'api'>;

/**
 * The formats of endpoints that offer these: a workbook under its proper name too, though `OPTIONS` doesn't print that.
 */
export const acceptedFormats = (offered: readonly Format[]): readonly Format[] =>
  offered.includes('xls') && !offered.includes('xlsx') ? [...offered, 'xlsx'] : offered;
