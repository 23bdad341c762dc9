import { draw, lots } from './draw.js';

/** Degrees as text with eight decimals; null when nobody knows. */
export interface Coordinates {
  readonly longitude: string | null;
  readonly latitude: string | null;
}

const unknown: Coordinates = { longitude: null, latitude: null };
const unknownShare = 0.025;

/** A place for the row: up to `reach` degrees from its parent's, but unknown when that is, and for one row in forty. */
export function placeNear({ longitude, latitude }: Coordinates, reach: number, pk: number): Coordinates {
  if (longitude === null || latitude === null || draw(pk, lots.unknownPlace) < unknownShare) return unknown;
  return {
    longitude: shifted(longitude, reach, draw(pk, lots.longitude)),
    latitude: shifted(latitude, reach, draw(pk, lots.latitude)),
  };
}

function shifted(degrees: string, reach: number, drawn: number): string {
  return (Number(degrees) + (2 * drawn - 1) * reach).toFixed(8);
}
