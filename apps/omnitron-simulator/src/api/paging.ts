import { type Row } from '../row.js';
import { parameter } from './parameter.js';

const defaultSize = 10;
const maximumSize = 1000;

/** All rows that a request asks for, and which page of them. */
export interface Listing {
  readonly rows: readonly Row[];
  /** From 1; 0 when what was asked for is no page number. */
  readonly number: number;
  readonly size: number;
}

export interface Page {
  readonly number: number;
  readonly count: number;
  readonly rows: readonly Row[];
  readonly hasNext: boolean;
}

interface Envelope {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Row[];
}

/** @returns undefined when there is no such page; the first page of nothing exists */
export function pageOf({ rows, number, size }: Listing): Page | undefined {
  const start = (number - 1) * size;
  if (number < 1 || (number > 1 && start >= rows.length)) return undefined;
  return { number, count: rows.length, rows: rows.slice(start, start + size), hasNext: start + size < rows.length };
}

export function readPageNumber(parameters: URLSearchParams): number {
  return readPositive(parameter(parameters, 'page') ?? '1') ?? 0;
}

/** `limit`; what is no positive number means the default. */
export function readPageSize(parameters: URLSearchParams): number {
  return Math.min(readPositive(parameter(parameters, 'limit') ?? '') ?? defaultSize, maximumSize);
}

/** @param url the request's own, absolute: the links keep its parameters, sorted by name as DRF does */
export function envelope(page: Page, url: URL): Envelope {
  return {
    count: page.count,
    next: page.hasNext ? link(url, page.number + 1) : null,
    previous: page.number > 1 ? link(url, page.number - 1) : null,
    results: page.rows,
  };
}

function link(url: URL, page: number): string {
  const target = new URL(url);
  if (page === 1) target.searchParams.delete('page');
  else target.searchParams.set('page', String(page));
  target.searchParams.sort();
  return target.href;
}

function readPositive(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && number > 0 ? number : undefined;
}
