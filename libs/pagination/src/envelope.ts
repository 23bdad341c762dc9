import { Failure } from '@refundry/errors';
import { pagingProfiles, type ListRequest, type Page, type PagingProfile } from '@refundry/resource';
import { cursorLink, pageLink } from './page-link.js';

const tail = Buffer.from(']}');

/**
 * How many pages there are; an empty list has one. @throws Failure `invalid_page` when the request's lies behind the
 * last
 */
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
export function envelope(request: EnvelopeRequest, page: Page<unknown>, profile?: EnvelopeProfile): Uint8Array {
  const [head, end] = envelopeEnds(request, page, profile);
  return Buffer.concat([head, page.results.bytes, end]);
}

type EnvelopeProfile = Pick<PagingProfile, 'ignoresCase'>;

/** The proxy in front of the gateways. @throws Failure as `envelope` does */
export function envelopeEnds(
  request: EnvelopeRequest,
  { count, nextCursor }: Omit<Page<unknown>, 'results'>,
  { ignoresCase }: EnvelopeProfile = pagingProfiles.oms,
): readonly [Buffer, Buffer] {
  const [next, previous] = request.cursor
    ? cursorLinks(request, ignoresCase, nextCursor)
    : pageLinks(request, ignoresCase, count);
  return [Buffer.from(`{"count":${count},"next":${next},"previous":${previous},"results":[`), tail];
}

type EnvelopeRequest = Pick<ListRequest, 'page' | 'cursor' | 'size' | 'query' | 'publicUrl'>;

/** The next one and the previous one, as JSON. */
type Links = readonly [string, string];

function pageLinks(request: EnvelopeRequest, ignoresCase: boolean, count: number): Links {
  const pages = pagesOf(count, request);
  const page = request.page === 'last' ? pages : request.page;
  const link = (number: number): string =>
    number < 1 || number > pages
      ? 'null'
      : JSON.stringify(pageLink(request.publicUrl, request.query, number, ignoresCase));
  return [link(page + 1), link(page - 1)];
}

/** A cursor read only goes forward. */
const cursorLinks = ({ publicUrl, query }: EnvelopeRequest, ignoresCase: boolean, nextCursor?: string): Links => [
  nextCursor === undefined ? 'null' : JSON.stringify(cursorLink(publicUrl, query, nextCursor, ignoresCase)),
  'null',
];
