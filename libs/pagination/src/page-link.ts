/**
 * The address of a page as Django REST framework writes it: parameters sorted by name, unknown and empty ones kept, and
 * no `page` for the first.
 */
export function pageLink(publicUrl: string, query: string, page: number): string {
  if (query === '') return page === 1 ? publicUrl : `${publicUrl}?page=${page}`;
  const parameters = new URLSearchParams(query);
  parameters.delete('page');
  if (page > 1) parameters.set('page', String(page));
  parameters.sort();
  const text = pythonEscapes(parameters.toString());
  return text === '' ? publicUrl : `${publicUrl}?${text}`;
}

/** Python's `urlencode` escapes `*` and leaves `~`, the URL standard the other way round. */
const pythonEscapes = (query: string): string => query.replaceAll('*', '%2A').replaceAll('%7E', '~');
