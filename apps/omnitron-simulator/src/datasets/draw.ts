/** The random values drawn for a row; each has a lot of its own, so that one says nothing about another. */
export const lots = {
  longitude: 0,
  latitude: 1,
  unknownPlace: 2,
  size: 3,
  familiarNames: 4,
  compoundNames: 5,
  change: 6,
} as const;

type Lot = (typeof lots)[keyof typeof lots];

/**
 * Looks like chance and isn't: the same pk and lot draw the same number at every start.
 *
 * @returns from 0 up to 1, but never 1
 */
export function draw(pk: number, lot: Lot): number {
  let mixed = Math.imul(pk + 1, 0x9e3779b1) ^ Math.imul(lot + 1, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
