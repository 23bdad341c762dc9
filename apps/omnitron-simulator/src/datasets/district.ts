import { type Row } from '../row.js';
import { type Coordinates } from './coordinates.js';
import { creationDates } from './creation-dates.js';

export interface District extends Row {
  readonly name: string;
  readonly township: number;
}

const dates = creationDates('2023-05-29T07:43:30Z', 101);

export function district(
  pk: number,
  name: string,
  township: number,
  city: number,
  { longitude, latitude }: Coordinates,
): District {
  return {
    pk,
    name,
    city,
    township,
    is_active: true,
    longitude,
    latitude,
    translations: {},
    postcode: null,
    ...dates(pk),
  };
}
