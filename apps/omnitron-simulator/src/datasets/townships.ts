import { type Row } from '../row.js';

/** pk, name, pk of the city, longitude, latitude. */
const located = [
  [203, 'Nilüfer', 16, '28.98590000', '40.21350000'],
  [204, 'Osmangazi', 16, '29.05650000', '40.19840000'],
  [231, 'Bağlar', 18, '40.19910000', '37.91250000'],
  [451, 'Beşiktaş', 41, '29.00740000', '41.04220000'],
  [452, 'Kadıköy', 41, '29.02690000', '40.99280000'],
  [453, 'Şişli', 41, '28.98740000', '41.06020000'],
  [460, 'Karşıyaka', 42, '27.11360000', '38.45530000'],
  [461, 'Konak', 42, '27.12870000', '38.41890000'],
  [470, 'Tuzluca', 43, null, null],
] as const;

export const townships: readonly Row[] = located.map(([pk, name, city, longitude, latitude]) => ({
  pk,
  name,
  city,
  is_active: true,
  longitude,
  latitude,
  translations: {},
  postcode: null,
  created_date: `2023-05-29T07:42:20.${String(pk * 1009).padStart(6, '0')}Z`,
  modified_date: `2023-05-29T07:42:20.${String(pk * 1009 + 13).padStart(6, '0')}Z`,
}));
