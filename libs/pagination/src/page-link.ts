/**
 * The address of a page as Django REST framework writes it: parameters sorted by name, unknown and empty ones kept, and
 * no `page` for the first.
 */
export function pageLink(publicUrl: string, query: string, page: number, ignoresCase = false): string {
  if (query === '') return page === 1 ? publicUrl : `${publicUrl}?page=${page}`;
  return linkTo(publicUrl, query, ignoresCase, page === 1 ? undefined : { name: 'page', value: String(page) });
}

/** The address of a page of a cursor read, which has no number; written as the others are. */
export const cursorLink = (publicUrl: string, query: string, cursor: string, ignoresCase = false): string =>
  linkTo(publicUrl, query, ignoresCase, { name: 'cursor', value: cursor });

function linkTo(
  publicUrl: string,
  query: string,
  ignoresCase: boolean,
  place?: { name: string; value: string },
): string {
  const isPlace = (name: string): boolean => ['page', place?.name].includes(ignoresCase ? name.toLowerCase() : name);
  const parameters = new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => !isPlace(name)));
  if (place) parameters.set(place.name, place.value);
  parameters.sort();
  const text = pythonEscapes(parameters.toString());
  return text === '' ? publicUrl : `${publicUrl}?${text}`;
}

/** Python's `urlencode` escapes `*` and leaves `~`, the URL standard the other way round. */
const pythonEscapes = (query: string): string => query.replaceAll('*', '%2A').replaceAll('%7E', '~');
