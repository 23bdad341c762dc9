/** Adds an import to a source, in the order of the paths that its neighbours have. */
export function importNames(text: string, names: readonly string[], from: string): string {
  const line = `import { ${names.join(', ')} } from '${from}';`;
  const lines = text.split('\n');
  const local = lines.findIndex((one) => pathOf(one).startsWith('.') && pathOf(one) > from);
  const last = lines.findLastIndex((one) => one.startsWith('import ') || pathOf(one) !== '');
  const place = local === -1 ? last + 1 : local;
  return [...lines.slice(0, place), line, ...lines.slice(place)].join('\n');
}

/**
 * Adds items to the end of an array.
 *
 * @param begin the text before its first item
 * @throws Error where there is no such array
 */
export function addToArray(text: string, begin: string, items: readonly string[]): string {
  const start = text.indexOf(begin);
  const end = start === -1 ? -1 : endOfArray(text, start + begin.length);
  if (end === -1) throw new Error(`There is no ${begin}…].`);
  const former = text
    .slice(start + begin.length, end)
    .trim()
    .replace(/,$/, '');
  const all = [...(former === '' ? [] : [former]), ...items];
  return text.slice(0, start + begin.length) + all.join(', ') + text.slice(end);
}

/** The place of the bracket that closes an array, whose items may have brackets too. */
function endOfArray(text: string, start: number): number {
  for (let [place, depth] = [start, 1]; place < text.length; place++) {
    depth += ({ '[': 1, ']': -1 } as Record<string, number>)[text.charAt(place)] ?? 0;
    if (depth === 0) return place;
  }
  return -1;
}

/**
 * Replaces a piece of a text that has to be there.
 *
 * @throws Error where it is not
 */
export function replacePiece(text: string, piece: string, replacement: string): string {
  if (!text.includes(piece)) throw new Error(`There is no ${piece}.`);
  return text.replace(piece, () => replacement);
}

const pathOf = (line: string): string => /^(?:import|\}).* from '([^']+)';$/.exec(line)?.[1] ?? '';
