/** A row of the address lists as they answer it; which fields there are depends on the level. */
export interface Place {
  readonly pk: number;
  readonly name: string;
  readonly code?: string;
  readonly country?: number;
  readonly city?: number;
  readonly township?: number;
  readonly is_active: boolean;
  readonly longitude?: string | null;
  readonly latitude?: string | null;
}

/** The levels of the addresses, parents first. */
export const levels = ['countries', 'cities', 'townships', 'districts'] as const;

export type Level = (typeof levels)[number];

/** All places of one side, ours or Omnitron's. */
export type Places = Readonly<Record<Level, readonly Place[]>>;

/** Asks for the places of every level. */
export async function placesOf(rowsOf: (level: Level) => Promise<readonly object[]>): Promise<Places> {
  const found = await Promise.all(levels.map(async (level) => [level, await rowsOf(level)]));
  return Object.fromEntries(found) as Places;
}

/**
 * The rows of both sides in comparable form: every place by the names on the way to it, whatever the keys.
 *
 * @throws when a place's parent isn't there
 */
export function describePlaces(places: Places): Readonly<Record<Level, readonly string[]>> {
  const byKey = Object.fromEntries(
    levels.map((level) => [level, new Map(places[level].map((place) => [place.pk, place]))]),
  ) as Record<Level, Map<number, Place>>;
  const parent = (level: Level, key = NaN): Place => {
    const place = byKey[level].get(key);
    if (!place) throw new Error(`there is none of the ${level} with the key ${key}`);
    return place;
  };
  const describe = ({
    name,
    code,
    country,
    city,
    township,
    is_active: isActive,
    longitude,
    latitude,
  }: Place): string => {
    const above = [
      ...(country === undefined ? [] : [parent('countries', country)]),
      ...(city === undefined ? [] : [parent('cities', city)]),
      ...(township === undefined ? [] : [parent('townships', township)]),
    ];
    return JSON.stringify([...above.map((place) => place.name), name, { code, isActive, longitude, latitude }]);
  };
  return Object.fromEntries(levels.map((level) => [level, places[level].map(describe).toSorted()])) as Record<
    Level,
    string[]
  >;
}
