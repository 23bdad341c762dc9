import { kibibyte, mebibyte } from '@refundry/concurrency';
import {
  fieldOfTerm,
  isDescending,
  type Comparison,
  type Condition,
  type CursorPosition,
  type FilterKind,
  type ListRequest,
} from '@refundry/resource';

/** SQL with numbered parameters. */
export interface Statement {
  /**
   * The account whose rows it reads: `$1` of the text. PostgreSQL refuses a text that doesn't mention it, so that none
   * can be without. `any` is for what our own processes look for before they know whose it is; nothing of it is
   * answered to anybody.
   */
  readonly account: number | 'any';
  readonly text: string;
  /** `$2` and on, where there is an account; else `$1` and on. */
  readonly values: readonly unknown[];
  /** It is asked again and again in the same words, so that it pays to keep it prepared. */
  readonly isPrepared?: boolean;
  /** Planned for its values, because its cost depends on them; or it costs much, whatever they are. */
  readonly isAdhoc?: boolean;
}

/** All parameters of a statement, in their order. */
export const parametersOf = ({ account, values }: Statement): unknown[] =>
  account === 'any' ? [...values] : [account, ...values];

/** How a list's fields stand in PostgreSQL. */
export interface ListTable {
  readonly name: string;
  /** SQL of the rows, where they are made of those of other tables and `name` is only what they are called. */
  readonly rows?: string;
  /** The selected columns of a row, in the order of the contract's fields. */
  readonly columns: readonly string[];
  /** The column of each field that can be filtered or sorted by. */
  columnOf(field: string): string;
  /** SQL of whether a row has an item that equals a parameter, for each `list.field` that it can be filtered by. */
  readonly itemConditions?: Readonly<Record<string, (parameter: string) => string>>;
  /** SQL of one row with the exact number of the account's rows, `$1` being the account. */
  readonly count: string;
  /** Given when any row in the order of the key can be found without passing those before it. */
  readonly positions?: RowPositions;
  /** Given when the values of a column may be of any size. */
  readonly large?: LargeColumn;
}

/** A column of which single values may be too large for the connection that all accounts share (docs/adr/0041). */
export interface LargeColumn {
  /** The field that it is read as. */
  readonly field: string;
  /**
   * SQL of the value as text, or, where it takes more than so many bytes, of an empty text, which is no JSON. It reads
   * little of a value that is too large.
   */
  readonly upTo: (maxBytes: number) => string;
  /**
   * SQL of the items of a row's list in their order, for the last of the fields: their `number` from 1 on, and a list
   * of the one as `value`.
   */
  readonly items?: string;
}

/** Finds the positions of a table's rows in the order of its key. */
export interface RowPositions {
  /** The key's column, an integer. */
  readonly key: string;
  /**
   * SQL of the whereabouts of an account's row, `$1` being the account: it stands between `first_key` and `last_key`,
   * with few rows, `before` and `behind` it, on either side there. No row when there is none at the position.
   *
   * @param position SQL of a number, 0 being the row with the least key
   */
  readonly locate: (position: string) => string;
}

/** A page that begins behind no more rows than these is reached by passing them. */
const nearRows = 128;

/** Page sizes that clients ask for; any other is one of thousands of shapes. */
const commonSizes = new Set([10, 20, 25, 50, 100]);

/** A page of more rows than these keeps those waiting who want few. */
export const manyRows = 100;

/** The limit of the large values of a page, and of a row that is read alone, on the way to it. */
const [maxPageBytes, maxRowBytes] = [mebibyte, 128 * kibibyte];

/** SQL that selects rows `from` a table; behind it stand conditions, order and limit. */
type Selection = (from: string) => string;

const operators: Record<Comparison, string> = { exact: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };
const parameterTypes: Record<FilterKind, string> = {
  integer: 'int8',
  'pk field': 'int8',
  string: 'text',
  email: 'text',
  url: 'text',
  boolean: 'boolean',
  datetime: 'timestamptz',
  'local datetime': 'timestamp',
};

/**
 * SQL of a page and of the count, in one statement, so that both are of one snapshot and the count survives an empty
 * page. The first column of every row is the count; where the page is empty, one row has nulls behind it. In a cursor
 * read a row more than the page has tells that something follows, and the last columns are the texts of the order's
 * values.
 *
 * LIMIT is a literal: as a parameter it makes PostgreSQL plan the statement again on every call (docs/adr/0004).
 */
export function listStatement(table: ListTable, request: ListRequest): Statement {
  const columns = columnsUpTo(table, Math.floor(maxPageBytes / request.size));
  return request.cursor
    ? cursorStatement(table, request, request.cursor)
    : pageStatement(table, request, (from) => `select ${columns.join(', ')} from ${from}`);
}

/**
 * The same with all values, however large, as `wholeRows` selects them. In a cursor read nothing tells what follows.
 */
export function wholeListStatement(table: ListTable, request: ListRequest): Statement {
  return request.cursor
    ? cursorStatement(table, request, request.cursor, wholeRows(table))
    : pageStatement(table, request, wholeRows(table));
}

/**
 * SQL of the texts of the order's values, of the last row of a page of a cursor read and of the row behind it, so far
 * as they are there.
 */
export function crawlEndStatement(
  table: ListTable,
  request: ListRequest,
  cursor: CursorPosition | 'beginning',
): Statement {
  const { where, values } = filterTerms(table, request);
  const behind = cursor === 'beginning' ? '' : behindPosition(table, request, cursor, values);
  return {
    account: request.caller.account,
    text: `select ${orderTexts(table, request).join(', ')} from ${sourceOf(table)} where ${where}${behind}
      order by ${orderTerms(table, request)} limit 2 offset ${request.size - 1}`,
    values,
  };
}

/** SQL of the row whose key is `$2`, unless its values are too large. @param key SQL of whether a row has the key */
export const rowText = (table: ListTable, key: string): string =>
  `select ${columnsUpTo(table, maxRowBytes).join(', ')} from ${table.name} where ${key}`;

/** The same, however large its values are. */
export const wholeRowText = (table: ListTable, key: string): string => wholeRows(table)(`${table.name} where ${key}`);

function columnsUpTo(table: ListTable, maxBytes: number): readonly string[] {
  const { columns, large } = table;
  return large
    ? columns.map((column) => (column === table.columnOf(large.field) ? large.upTo(maxBytes) : column))
    : columns;
}

/**
 * All of a row's values. A list comes item by item, a row for each, of which only the first has what isn't of the item.
 */
function wholeRows(table: ListTable): Selection {
  const { name, columns, large } = table;
  if (!large?.items) return (from) => `select ${columns.join(', ')} from ${from}`;
  const whole = columns.slice(0, -1).map((column) => `case when coalesce(item.number, 1) = 1 then ${column} end`);
  return (from) =>
    `select ${[...whole, 'item.value'].join(', ')} from (select * from ${from}) ${name}
      left join lateral (${large.items}) item on true`;
}

function pageStatement(table: ListTable, request: ListRequest, select: Selection): Statement {
  const { positions } = table;
  return positions && isFarInKeyOrder(table, positions, request)
    ? locatedStatement(table, positions, request, select)
    : scannedStatement(table, request, select);
}

function isFarInKeyOrder(
  table: ListTable,
  { key }: RowPositions,
  { page, size, order: [term = '', ...ties], where }: ListRequest,
): boolean {
  return where.length === 0 && ties.length === 0 && table.columnOf(fieldOfTerm(term)) === key && isFar({ page, size });
}

/** Whether many rows would have to be passed on the way to the page. */
const isFar = ({ page, size }: Pick<ListRequest, 'page' | 'size'>): boolean =>
  page === 'last' || (page - 1) * size > nearRows;

const isCostly = ({ rows }: ListTable, { size, where }: Pick<ListRequest, 'size' | 'where'>): boolean =>
  rows !== undefined || where.length > 0 || size > manyRows;

/**
 * Begins the scan of the key's index where the page's first row is, at the cost of the first page wherever that may be.
 */
function locatedStatement(
  table: ListTable,
  { key, locate }: RowPositions,
  { caller, page, size, order: [term = ''] }: ListRequest,
  select: Selection,
): Statement {
  const values = page === 'last' ? [] : [(page - 1) * size];
  const passed = page === 'last' ? beforeLastPage(size) : '$2::int8';
  const { position, bound, offset } = isDescending(term)
    ? { position: `counted.n - 1 - ${passed}`, bound: `${key} <= located.last_key`, offset: 'located.behind' }
    : { position: passed, bound: `${key} >= located.first_key`, offset: 'located.before' };
  const rows = select(
    `${table.name} where account_id = $1 and ${bound} order by ${orderTerm(table, term)}
      limit ${size} offset ${offset}`,
  );
  const text = `select counted.n, page.* from (${table.count}) counted(n)
    left join lateral ${locate(position)} located on true left join lateral (${rows}) page on true`;
  return { account: caller.account, text, values, isPrepared: commonSizes.has(size), isAdhoc: size > manyRows };
}

function scannedStatement(table: ListTable, request: ListRequest, select: Selection): Statement {
  const { caller, page, size } = request;
  const { where, values } = filterTerms(table, request);
  let offset = '';
  if (page === 'last') offset = ` offset ${beforeLastPage(size)}`;
  else if (page > 1) offset = ` offset ${parameter(values, (page - 1) * size)}::int8`;
  const rows = select(
    `${sourceOf(table)} where ${where} order by ${orderTerms(table, request)} limit ${size}${offset}`,
  );
  return {
    account: caller.account,
    text: `select counted.n, page.* from (${countOf(table, request, where)}) counted(n)
      left join lateral (${rows}) page on true`,
    values,
    isPrepared: commonSizes.has(size),
    isAdhoc: isCostly(table, request) || isFar(request),
  };
}

/**
 * Begins the scan behind a row, wherever that is, and counts at the beginning only: each page of a cursor read costs as
 * much as the first.
 */
function cursorStatement(
  table: ListTable,
  request: ListRequest,
  cursor: CursorPosition | 'beginning',
  whole?: Selection,
): Statement {
  const { caller, size } = request;
  const { where, values } = filterTerms(table, request);
  const columns = [...columnsUpTo(table, Math.floor(maxPageBytes / size)), ...orderTexts(table, request)];
  const select = whole ?? ((from: string) => `select ${columns.join(', ')} from ${from}`);
  const isBeginning = cursor === 'beginning';
  const count = isBeginning ? countOf(table, request, where) : `select ${parameter(values, cursor.count)}::int8`;
  const behind = isBeginning ? '' : behindPosition(table, request, cursor, values);
  const rows = select(
    `${sourceOf(table)} where ${where}${behind} order by ${orderTerms(table, request)}
      limit ${whole ? size : size + 1}`,
  );
  return {
    account: caller.account,
    text: `select counted.n, page.* from (${count}) counted(n) left join lateral (${rows}) page on true`,
    values,
    isPrepared: commonSizes.has(size),
    isAdhoc: isCostly(table, request),
  };
}

const behindPosition = (
  table: ListTable,
  { order }: ListRequest,
  { after }: CursorPosition,
  values: unknown[],
): string =>
  ` and ${afterTerm(
    table,
    order,
    after.map(({ kind, value }) => `${parameter(values, value)}::${parameterTypes[kind]}`),
  )}`;

const orderTexts = (table: ListTable, { order }: ListRequest): string[] =>
  order.map((term) => `${table.columnOf(fieldOfTerm(term))}::text`);

/**
 * SQL of which rows come behind one in an order. If all terms run the same way, it is a comparison of rows, in which
 * PostgreSQL begins the scan of an index; else the first term is compared alone, for the same purpose.
 *
 * @param values SQL of the row's value of each term
 */
function afterTerm(table: ListTable, order: readonly string[], values: readonly string[]): string {
  const columns = order.map((term) => table.columnOf(fieldOfTerm(term)));
  const comparisons = order.map((term) => (isDescending(term) ? '<' : '>'));
  if (new Set(comparisons).size === 1) return `(${columns.join(', ')}) ${comparisons[0]} (${values.join(', ')})`;
  return columns.reduceRight((ties, column, index) => {
    const beyond = `${column} ${comparisons[index]} ${values[index]}`;
    return ties === '' ? beyond : `${column} ${comparisons[index]}= ${values[index]} and (${beyond} or ${ties})`;
  }, '');
}

const sourceOf = ({ name, rows }: ListTable): string => (rows === undefined ? name : `(${rows}) ${name}`);

/** SQL of the number of the rows that the filters leave. */
const countOf = (table: ListTable, request: ListRequest, where: string): string =>
  request.where.length === 0 ? table.count : `select count(*) from ${sourceOf(table)} where ${where}`;

/** SQL of all rows that the request's filters leave, in its order. */
export function exportStatement(table: ListTable, request: ListRequest): Statement {
  const { where, values } = filterTerms(table, request);
  return {
    account: request.caller.account,
    text: `select ${table.columns.join(', ')} from ${sourceOf(table)} where ${where}
      order by ${orderTerms(table, request)}`,
    values,
  };
}

/**
 * The same, the first column of every row being the text of how many rows there are: counted once, and of the same
 * snapshot.
 */
export function countedExportStatement(table: ListTable, request: ListRequest): Statement {
  const count = `(select counted.n::text from (${countOf(table, request, filterTerms(table, request).where)})
    counted(n))`;
  return exportStatement({ ...table, columns: [count, ...table.columns] }, request);
}

/** SQL of which rows are the request's, and its parameters behind the account. */
function filterTerms(table: ListTable, { where }: ListRequest): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions = where.map((condition) => conditionTerm(table, condition, parameter(values, condition.value)));
  return { where: ['account_id = $1', ...conditions].join(' and '), values };
}

/** Adds a value behind the account and those there are. @returns SQL of it */
const parameter = (values: unknown[], value: unknown): string => `$${values.push(value) + 1}`;

/** SQL of the number of rows that the last page leaves behind. */
const beforeLastPage = (size: number): string => `greatest(counted.n - 1, 0) / ${size} * ${size}`;

function conditionTerm(table: ListTable, { filter, lookup }: Condition, parameter: string): string {
  const hasItem = table.itemConditions?.[filter.field];
  if (hasItem) return hasItem(parameter);
  const column = table.columnOf(filter.field);
  // In a query of its own the parameter is folded once, not again for every row of a prepared statement.
  if (lookup === 'search') return `strpos(${foldedColumnOf(column)}, (select fold_turkish(${parameter}::text))) > 0`;
  return `${column} ${operators[lookup]} ${parameter}::${parameterTypes[filter.kind]}`;
}

/** The column beside a text's own that holds it folded, for searching. */
export const foldedColumnOf = (column: string): string => `folded_${column}`;

const orderTerms = (table: ListTable, { order }: ListRequest): string =>
  order.map((term) => orderTerm(table, term)).join(', ');
/**
 * The table's name says that its column is meant: alone it would be what is selected under that name, which no index
 * knows.
 */
const orderTerm = (table: ListTable, term: string): string =>
  `${table.name}.${table.columnOf(fieldOfTerm(term))}${isDescending(term) ? ' desc' : ''}`;
