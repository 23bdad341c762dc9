import { Failure, type ListRequest, type Page } from '@refundry/resource';
import { pageLink } from './page-link.js';

const tail = Buffer.from(']}');

/** How many pages there are; an empty list has one. @throws Failure `invalid_page` when the request's lies behind the last */
export function pagesOf(count: number, { page, size }: Pick<ListRequest, 'page' | 'size'>): number {
  const pages = Math.max(1, Math.ceil(count / size));
  if (page !== 'last' && page > pages) throw new Failure('invalid_page');
  return pages;
}

/**
 * Puts Django REST framework's page envelope around the rows, as JSON in UTF-8.
 *
 * @throws Failure `invalid_page` when the page lies behind the last one
 */
export function envelope(request: Pick<ListRequest, 'page' | 'size' | 'query' | 'publicUrl'>, { count, results }: Page<unknown>): Uint8Array {
  const pages = pagesOf(count, request);
  const page = request.page === 'last' ? pages : request.page;
  const link = (number: number): string => (number < 1 || number > pages ? 'null' : JSON.stringify(pageLink(request.publicUrl, request.query, number)));
  return Buffer.concat([Buffer.from(`{"count":${count},"next":${link(page + 1)},"previous":${link(page - 1)},"results":[`), results.bytes, tail]);
}
