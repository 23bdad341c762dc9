import type { Comparison, Condition, FilterKind, ListRequest } from '@refundry/resource';

/** SQL with numbered parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** It is asked again and again in the same words, so that it pays to keep it prepared. */
  readonly isCommon?: boolean;
}

/** How a list's fields stand in PostgreSQL. */
export interface ListTable {
  readonly name: string;
  /** What is selected of a row, in the order of the contract's fields. */
  readonly columns: readonly string[];
  /** The column of each field that can be filtered or sorted by. */
  columnOf(field: string): string;
  /** SQL of one row with the exact number of the account's rows, `$1` being the account. */
  readonly count: string;
}

/** Page sizes that clients ask for; any other is one of thousands of shapes. */
const commonSizes = new Set([10, 20, 25, 50, 100]);

const operators: Record<Comparison, string> = { exact: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };
const parameterTypes: Record<FilterKind, string> = { integer: 'int8', string: 'text', url: 'text', boolean: 'boolean', datetime: 'timestamptz' };

/**
 * SQL of a page and of the count, in one statement, so that both are of one snapshot and the count survives an empty page.
 * The first column of every row is the count; where the page is empty, one row has nulls behind it.
 *
 * LIMIT is a literal: as a parameter it makes PostgreSQL plan the statement again on every call (docs/adr/0004).
 */
export function listStatement(table: ListTable, request: ListRequest): Statement {
  const { page, size } = request;
  const order = request.order.map((term) => orderTerm(table, term)).join(', ');
  const conditions = request.where.map((condition, index) => conditionTerm(table, condition, `$${index + 2}`));
  const values: unknown[] = [request.caller.account, ...request.where.map(({ value }) => value)];
  const where = ['account_id = $1', ...conditions].join(' and ');
  const count = conditions.length === 0 ? table.count : `select count(*) from ${table.name} where ${where}`;
  let offset = '';
  if (page === 'last') offset = ` offset greatest(counted.n - 1, 0) / ${size} * ${size}`;
  else if (page > 1) offset = ` offset $${values.push((page - 1) * size)}::int8`;
  const rows = `select ${table.columns.join(', ')} from ${table.name} where ${where} order by ${order} limit ${size}${offset}`;
  return { text: `select counted.n, page.* from (${count}) counted(n) left join lateral (${rows}) page on true`, values, isCommon: commonSizes.has(size) };
}

function conditionTerm(table: ListTable, { filter, lookup }: Condition, parameter: string): string {
  const column = table.columnOf(filter.name);
  // In a query of its own the parameter is folded once, not again for every row of a prepared statement.
  if (lookup === 'search') return `strpos(${foldedColumnOf(column)}, (select fold_turkish(${parameter}::text))) > 0`;
  return `${column} ${operators[lookup]} ${parameter}::${parameterTypes[filter.kind]}`;
}

/** The column beside a text's own that holds it folded, for searching. */
export const foldedColumnOf = (column: string): string => `folded_${column}`;

const orderTerm = (table: ListTable, term: string): string => (term.startsWith('-') ? `${table.columnOf(term.slice(1))} desc` : table.columnOf(term));
