import { type Row } from '../row.js';

const turkiye = 4;

/** pk, name, longitude, latitude. */
const located = [
  [16, 'Bursa', '29.06100000', '40.18260000'],
  [18, 'Diyarbakır', '40.23060000', '37.91440000'],
  [41, 'İstanbul', '28.97840000', '41.00820000'],
  [42, 'İzmir', '27.14280000', '38.42370000'],
  [43, 'Iğdır', '44.04500000', '39.92370000'],
] as const;

export const cities: readonly Row[] = located.map(([pk, name, longitude, latitude]) => ({
  pk,
  name,
  country: turkiye,
  is_active: true,
  longitude,
  latitude,
  translations: {},
  created_date: `2023-05-29T07:41:10.${String(pk * 1009).padStart(6, '0')}Z`,
  modified_date: `2023-05-29T07:41:10.${String(pk * 1009 + 13).padStart(6, '0')}Z`,
}));
