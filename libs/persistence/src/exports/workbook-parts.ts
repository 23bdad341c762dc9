import { columnLetters } from './sheet-xml.js';

const prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const [main, relationships, officeDocument] = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://schemas.openxmlformats.org/package/2006/relationships',
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
];
const spreadsheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const part = (xml: string): [Buffer] => [Buffer.from(prolog + xml)];
const range = (sheets: number): number[] => Array.from({ length: sheets }, (_, index) => index + 1);

/** Worksheets are the ordinary XML in here, so that their number may be known last. */
export const contentTypes = part(
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="${spreadsheetType}.worksheet+xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheetType}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${spreadsheetType}.styles+xml"/></Types>`,
);

export const packageRelations = part(
  `<Relationships xmlns="${relationships}">` +
    `<Relationship Id="rId1" Type="${officeDocument}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
);

/** Style 0 is every cell's, style 1 a date's. */
export const styles = part(
  `<styleSheet xmlns="${main}"><numFmts count="1">` +
    `<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="1"><font>` +
    '<sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>' +
    '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>' +
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2">' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>' +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
);

export const workbookPart = (sheets: number): [Buffer] =>
  part(
    `<workbook xmlns="${main}" xmlns:r="${officeDocument}"><sheets>${range(sheets)
      .map((id) => `<sheet name="Sheet${id}" sheetId="${id}" r:id="rId${id}"/>`)
      .join('')}</sheets></workbook>`,
  );

export const workbookRelations = (sheets: number): [Buffer] =>
  part(
    `<Relationships xmlns="${relationships}">${range(sheets)
      .map(
        (id) => `<Relationship Id="rId${id}" Type="${officeDocument}/worksheet" Target="worksheets/sheet${id}.xml"/>`,
      )
      .join(
        '',
      )}<Relationship Id="rId${sheets + 1}" Type="${officeDocument}/styles" Target="styles.xml"/></Relationships>`,
  );

/** In characters: a narrower column shows a date as `####`. */
const dateWidth = 24;

/** @param rows with the header @param dateColumns from 0 */
export function sheetStart(columns: number, rows: number, dateColumns: readonly number[]): Buffer {
  const widths = dateColumns
    .map((column) => `<col min="${column + 1}" max="${column + 1}" width="${dateWidth}" customWidth="1"/>`)
    .join('');
  const [start] = part(
    `<worksheet xmlns="${main}"><dimension ref="A1:${columnLetters(columns - 1)}${rows}"/><sheetViews>` +
      '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
      `</sheetView></sheetViews>${widths && `<cols>${widths}</cols>`}<sheetData>`,
  );
  return start;
}

export const sheetEnd = Buffer.from('</sheetData></worksheet>');
