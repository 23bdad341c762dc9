const comment = String.raw`[ \t]*(?:#|//|<!--)`;

/**
 * Replaces the regions of a text that stand between `generated: <name>` and `/generated` in comments.
 *
 * @param regions the new content of each by its name, without the line feed at the end
 * @throws Error for a region that the text has not, or has beside those that are named
 */
export function withRegions(text: string, regions: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(regions));
  const filled = text.replaceAll(
    new RegExp(`^(${comment} generated: ([\\w-]+)(?: .*)?\\n)[^]*?(^${comment} /generated\\b)`, 'gm'),
    (_, begin: string, name: string, end: string) => {
      const region = regions[name];
      if (region === undefined || !missing.delete(name)) throw new Error(`the region ${name} is nobody's`);
      return `${begin}${region}\n${end}`;
    },
  );
  if (missing.size > 0) throw new Error(`there is no region ${[...missing].join(', ')}`);
  return filled;
}
