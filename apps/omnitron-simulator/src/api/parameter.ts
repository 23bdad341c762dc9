/**
 * A query parameter, stripped; of a repeated one the last counts, and an empty one counts as absent, as in Django's
 * filters.
 */
export function parameter(parameters: URLSearchParams, name: string): string | undefined {
  const text = parameters.getAll(name).at(-1)?.trim();
  return text === '' ? undefined : text;
}
