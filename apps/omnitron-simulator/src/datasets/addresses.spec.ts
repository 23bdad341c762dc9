import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type Json, type Row } from '../row.js';
import { initialRows } from './initial-rows.js';

const rows = initialRows(undefined, { districts: 73_256, customers: 0 });
const [countries, cities, townships, districts] = [
  rows('countries'),
  rows('cities'),
  rows('townships'),
  rows('districts'),
];

/** A level of addresses, and what its rows call their parent. */
const levels: readonly (readonly [string, readonly Row[], string])[] = [
  ['cities', cities, 'country'],
  ['townships', townships, 'city'],
  ['districts', districts, 'township'],
];

function distinct(of: readonly Row[], field: string): ReadonlySet<Json | undefined> {
  return new Set(of.map((row) => row[field]));
}

function byPk(of: readonly Row[]): ReadonlyMap<Json | undefined, Row> {
  return new Map(of.map((row) => [row.pk, row]));
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

describe('the addresses of the default data', () => {
  it('are as many as Omnitron has', () => {
    expect([countries, cities, townships, districts].map(({ length }) => length)).toEqual([1, 81, 999, 73_256]);
  });

  it('have a parent each', () => {
    const [countryOf, cityOf, townshipOf] = [byPk(countries), byPk(cities), byPk(townships)];
    expect(cities.filter((city) => !countryOf.has(city.country))).toEqual([]);
    expect(townships.filter((township) => !cityOf.has(township.city))).toEqual([]);
    expect(districts.filter((district) => townshipOf.get(district.township)?.city !== district.city)).toEqual([]);
  });

  it('are spread over all parents, unevenly', () => {
    expect(distinct(townships, 'city').size).toBe(81);
    const sizes = [...Map.groupBy(districts, (district) => district.township).values()].map(({ length }) => length);
    expect(sizes).toHaveLength(999);
    expect(Math.min(...sizes)).toBeLessThan(36);
    expect(sizes.filter((size) => size > 200).length).toBeGreaterThan(10);
  });

  it.each(levels)('have a pk and dates of their own: %s', (_resource, level) => {
    for (const field of ['pk', 'created_date', 'modified_date']) expect(distinct(level, field).size).toBe(level.length);
    expect(
      level.filter(
        (row) =>
          !/^202[34]-/.test(text(row.created_date)) ||
          !/^202[34]-/.test(text(row.modified_date)) ||
          text(row.modified_date) < text(row.created_date),
      ),
    ).toEqual([]);
  });

  it.each(levels)('have a name in NFC that no sibling has: %s', (_resource, level, parent) => {
    expect(
      level.filter(({ name }) => typeof name !== 'string' || name === '' || name !== name.normalize('NFC').trim()),
    ).toEqual([]);
    expect(new Set(level.map((row) => JSON.stringify([row[parent], row.name]))).size).toBe(level.length);
  });

  it.each(levels)('have coordinates with eight decimals, or none: %s', (_resource, level) => {
    const isRight = ({ longitude, latitude }: Row): boolean =>
      [longitude, latitude].every((degrees) => /^-?\d{1,3}\.\d{8}$/.test(text(degrees)));
    expect(level.filter((row) => !isRight(row) && (row.longitude !== null || row.latitude !== null))).toEqual([]);
    expect(level.filter(isRight).length).toBeGreaterThan(level.length * 0.9);
  });

  it('are near their parents', () => {
    const cityOf = byPk(cities);
    const distance = (township: Row, axis: 'longitude' | 'latitude'): number =>
      Math.abs(Number(township[axis]) - Number(cityOf.get(township.city)?.[axis]));
    const located = townships.filter((township) => township.longitude !== null);
    expect(
      located.filter((township) => distance(township, 'longitude') > 0.5 || distance(township, 'latitude') > 0.5),
    ).toEqual([]);
  });

  it.each(['I', 'ı', 'İ', 'i', 'Ş', 'ş', 'ğ', 'Ç', 'ç', 'Ö', 'ö', 'Ü', 'ü', 'â'])(
    'are called by names with %s',
    (letter) => {
      expect(districts.some(({ name }) => text(name).includes(letter))).toBe(true);
    },
  );

  it('keep those that are known by their pk', () => {
    const [cityOf, townshipOf, districtOf] = [byPk(cities), byPk(townships), byPk(districts)];
    expect([16, 18, 41, 42, 43].map((pk) => cityOf.get(pk)?.name)).toEqual([
      'Bursa',
      'Diyarbakır',
      'İstanbul',
      'İzmir',
      'Iğdır',
    ]);
    expect([203, 452, 470].map((pk) => townshipOf.get(pk)?.name)).toEqual(['Nilüfer', 'Kadıköy', 'Tuzluca']);
    expect([3001, 5212, 5311, 5400].map((pk) => districtOf.get(pk)?.name)).toEqual([
      'Fethiye',
      'Göztepe',
      'Göztepe',
      'Cumhuriyet',
    ]);
    expect(townshipOf.get(470)).toMatchObject({ longitude: null, latitude: null });
  });

  it('are the same at every start', () => {
    const hash = createHash('sha256')
      .update(
        JSON.stringify([cities, townships, initialRows(undefined, { districts: 73_256, customers: 0 })('districts')]),
      )
      .digest('hex');
    // Only data changed on purpose has another hash.
    expect(hash).toBe('5b84a44902863d219b0c7ca81959586e42ad205e2e35c37a1bc1460f66a10b55');
  });
});

describe('fewer districts than all', () => {
  const all = new Map(districts.map((district) => [district.pk, JSON.stringify(district)]));
  const known = districts.slice(0, 16).map(({ pk }) => pk);

  it.each([0, 1, 15, 16, 17, 500, 1015, 5000, 73_255])('are %i of the same ones, in the order of their pk', (count) => {
    const some = initialRows(undefined, { districts: count, customers: 0 })('districts');
    expect(some).toHaveLength(count);
    expect(some.filter((district) => all.get(district.pk) !== JSON.stringify(district))).toEqual([]);
    expect(some.filter(({ pk }, index) => pk <= (some[index - 1]?.pk ?? 0))).toEqual([]);
  });

  it.each([
    [16, 9],
    [500, 480],
    [1015, 999],
    [5000, 999],
  ])('of %i: the known ones, and some of at least %i townships', (count, townshipsMet) => {
    const some = initialRows(undefined, { districts: count, customers: 0 })('districts');
    expect(some.map(({ pk }) => pk)).toEqual(expect.arrayContaining(known));
    expect(distinct(some, 'township').size).toBeGreaterThanOrEqual(townshipsMet);
  });

  it('leave cities and townships complete', () => {
    const few = initialRows(undefined, { districts: 20, customers: 0 });
    expect([few('cities').length, few('townships').length]).toEqual([81, 999]);
  });
});
