import { type Row } from '../row.js';
import { placeNear, type Coordinates } from './coordinates.js';
import { creationDates } from './creation-dates.js';
import { compoundNames } from './neighbourhood-names.js';
import { provinces } from './provinces.js';
import { shares } from './shares.js';

export interface Township extends Row, Coordinates {
  readonly name: string;
  readonly city: number;
}

const townshipsInAll = 999;
const firstFreePk = 1001;
const degreesAround = 0.3;

const dates = creationDates('2023-05-29T07:42:20Z', 1009);

/** Those that tests and examples know by their pk: pk, name, pk of the city, longitude, latitude. */
const known = (
  [
    [203, 'Nilüfer', 16, '28.98590000', '40.21350000'],
    [204, 'Osmangazi', 16, '29.05650000', '40.19840000'],
    [231, 'Bağlar', 18, '40.19910000', '37.91250000'],
    [451, 'Beşiktaş', 41, '29.00740000', '41.04220000'],
    [452, 'Kadıköy', 41, '29.02690000', '40.99280000'],
    [453, 'Şişli', 41, '28.98740000', '41.06020000'],
    [460, 'Karşıyaka', 42, '27.11360000', '38.45530000'],
    [461, 'Konak', 42, '27.12870000', '38.41890000'],
    [470, 'Tuzluca', 43, null, null],
  ] as const
).map(([pk, name, city, longitude, latitude]) => township(pk, name, city, { longitude, latitude }));

const others = namesByProvince()
  .flatMap(({ names, ...province }) => names.map((name) => ({ name, province })))
  .filter(({ name, province }) => !known.some((township) => township.name === name && township.city === province.pk))
  .map(({ name, province }, index) => {
    const pk = firstFreePk + index + Math.floor(index / 40);
    return township(pk, name, province.pk, placeNear(province, degreesAround, pk));
  });

/** In the order of their pk, which has gaps as upstream's. */
export const townships: readonly Township[] = [...known, ...others];

/** The real townships of each province, and a made-up one in some, as many as Omnitron has more. */
function namesByProvince(): readonly (Coordinates & { readonly pk: number; readonly names: readonly string[] })[] {
  const real = provinces.map(([pk, , longitude, latitude, names]) => ({
    pk,
    longitude,
    latitude,
    names: names.split(', '),
  }));
  const realInAll = real.reduce((total, { names }) => total + names.length, 0);
  const madeUp = shares(
    townshipsInAll - realInAll,
    real.map(() => 1),
  );
  return real.map((province, index) => {
    const free = compoundNames.filter((name) => !province.names.includes(name));
    return { ...province, names: [...province.names, ...free.slice(index * 7, index * 7 + (madeUp[index] ?? 0))] };
  });
}

function township(pk: number, name: string, city: number, { longitude, latitude }: Coordinates): Township {
  return { pk, name, city, is_active: true, longitude, latitude, translations: {}, postcode: null, ...dates(pk) };
}
