/** Texts, with the colon where they are names, and what opens and closes an object or array. */
const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/**
 * Whether a text is JSON that every parser reads alike: no object in it names a member twice, however the name is
 * written. Of two such members one parser takes the first and another the last (RFC 8259 §4).
 */
export function isUnambiguousJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  const open: Set<unknown>[] = [];
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(token.slice(0, -colon.length));
      if (open.at(-1)?.has(name)) return false;
      open.at(-1)?.add(name);
    }
  }
  return true;
}
