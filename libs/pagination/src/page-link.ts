/**
 * The address of a page as Django REST framework writes it: parameters sorted by name, unknown and empty ones kept, and
 * no `page` for the first.
 */
export function pageLink(publicUrl: string, query: string, page: number): string {
  if (query === '') return page === 1 ? publicUrl : `${publicUrl}?page=${page}`;
  return linkTo(publicUrl, query, page === 1 ? undefined : { name: 'page', value: String(page) });
}

/** The address of a page of a crawl, which has no number; written as the others are. */
export const cursorLink = (publicUrl: string, query: string, cursor: string): string => linkTo(publicUrl, query, { name: 'cursor', value: cursor });

function linkTo(publicUrl: string, query: string, place?: { name: string; value: string }): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('page');
  if (place) parameters.set(place.name, place.value);
  parameters.sort();
  const text = pythonEscapes(parameters.toString());
  return text === '' ? publicUrl : `${publicUrl}?${text}`;
}

/** Python's `urlencode` escapes `*` and leaves `~`, the URL standard the other way round. */
const pythonEscapes = (query: string): string => query.replaceAll('*', '%2A').replaceAll('%7E', '~');
