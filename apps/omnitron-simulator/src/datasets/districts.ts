import { formatInstant, parseInstant } from '../instant.js';
import { type Row } from '../row.js';
import { placeNear } from './coordinates.js';
import { district, type District } from './district.js';
import { districtNames } from './district-names.js';
import { draw, lots } from './draw.js';
import { knownDistricts } from './known-districts.js';
import { shares } from './shares.js';
import { townships, type Township } from './townships.js';

/** As many as Omnitron has. */
export const districtsInAll = 73_256;

const firstFreePk = 6001;
const degreesAround = 0.05;
const changedShare = 0.04;
const changes = { first: parseInstant('2024-01-01') ?? NaN, step: 315_000_007, prime: 99_991 };

const sizes = shares(districtsInAll - knownDistricts.length, townships.map(weight));

/**
 * Makes so many of the upstream's districts, in the order of their pk and each the same as among all of them:
 * first those that are known by their pk, then one of each township, then more of each by its size.
 */
export function districts(count: number): readonly Row[] {
  const known = knownDistricts.slice(0, count);
  const oneEach = Math.min(count - known.length, townships.length);
  const ones = shares(
    oneEach,
    sizes.map(() => 1),
  );
  const more = shares(
    count - known.length - oneEach,
    sizes.map((size) => size - 1),
  );
  let before = 0;
  const others = townships.flatMap((township, index) => {
    const size = sizes[index] ?? 0;
    const some = districtsOf(township, size, (ones[index] ?? 0) + (more[index] ?? 0), before);
    before += size;
    return some;
  });
  return [...known, ...others];
}

/**
 * @param wanted how many of them
 * @param before districts of the townships before this one
 */
function districtsOf(township: Township, size: number, wanted: number, before: number): readonly District[] {
  const known = knownDistricts.filter((row) => row.township === township.pk);
  const nameOf = districtNames(
    township.pk,
    known.map(({ name }) => name),
  );
  return Array.from({ length: wanted }, (_, index) => {
    const number = Math.floor((index * size) / wanted);
    const pk = pkOf(before + number);
    return changedSince(
      district(pk, nameOf(number), township.pk, township.city, placeNear(township, degreesAround, pk)),
    );
  });
}

/** Townships differ in size: a few dozen districts in most, more than two hundred in some. */
function weight({ pk }: Township): number {
  const drawn = draw(pk, lots.size);
  return 0.35 + 3 * drawn * drawn * drawn * drawn;
}

/** With gaps, as upstream's. */
function pkOf(position: number): number {
  return firstFreePk + position + Math.floor(position / 37);
}

/**
 * A few were changed in 2024, no two at the same microsecond, because modulo a prime greater than every pk no two are
 * equal.
 */
function changedSince(row: District): District {
  if (draw(row.pk, lots.change) >= changedShare) return row;
  const turn = (row.pk * 48_271) % changes.prime;
  return { ...row, modified_date: formatInstant(changes.first + turn * changes.step) };
}
