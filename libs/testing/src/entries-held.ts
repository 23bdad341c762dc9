/** How many entries an object's own maps and sets hold, private ones too: none, when it has forgotten everybody. */
export const entriesHeldBy = (holder: object): number =>
  Object.values(holder).reduce<number>(
    (sum, value) => sum + (value instanceof Map || value instanceof Set ? value.size : 0),
    0,
  );

/** A private part of an object. */
export const partOf = (holder: object, name: string): object =>
  (holder as Readonly<Record<string, object>>)[name] ?? { missing: new Set([name]) };
