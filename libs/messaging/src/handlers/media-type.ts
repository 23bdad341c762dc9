/** One parameter of a header such as `Content-Type`; a quoted value may hold anything. */
const parameter = /;\s*([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gs;

/** The value of a header without its parameters. */
export const withoutParameters = (header: string): string => header.replace(/;.*/s, '').trim();

/**
 * A parameter of a header, unquoted; undefined where there is none. Of a repeated one the last counts, as for Django.
 */
export function parameterOf(header: string, name: string): string | undefined {
  const [, , quoted, plain] =
    [...header.matchAll(parameter)].findLast(([, found = '']) => found.toLowerCase() === name) ?? [];
  return quoted === undefined ? plain?.trim() : quoted.replace(/\\(.)/gs, '$1');
}
