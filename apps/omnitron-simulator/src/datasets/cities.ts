import { type Row } from '../row.js';
import { creationDates } from './creation-dates.js';
import { provinces } from './provinces.js';

const turkiye = 4;

const dates = creationDates('2023-05-29T07:41:10Z', 1009);

export const cities: readonly Row[] = provinces.map(([pk, name, longitude, latitude]) => ({
  pk,
  name,
  country: turkiye,
  is_active: true,
  longitude,
  latitude,
  translations: {},
  ...dates(pk),
}));
