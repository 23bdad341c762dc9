import { percentOf, sharesOf } from '../quotes/shares.js';
import { isInForce, type FoundWaiver } from './found-waiver.js';

/** The amount, in Rial, that a waiver takes off a passenger's share of a penalty. */
export interface WaivedShare {
  readonly waiver: FoundWaiver;
  readonly waived: number;
}

/** By the place of a passenger, from 1 on; those who have no waiver are missing. */
export type WaivedShares = ReadonlyMap<number, WaivedShare>;

/** The part of a penalty that a selection of passengers is waived. */
export interface WaivedPart {
  /** In Rial. */
  readonly waived: number;
  /** The waiver that takes it off; null where none does, or several do. */
  readonly waiver: FoundWaiver | null;
  readonly waivedShares: WaivedShares;
}

export const noWaiver: WaivedPart = { waived: 0, waiver: null, waivedShares: new Map() };

/** Sums up the waived shares of a selection. @param penalties and `at` as of `waivedSharesOf` */
export function waiversOf(
  penalties: readonly number[],
  waivers: readonly FoundWaiver[],
  selection: readonly number[],
  at: number,
): WaivedPart {
  const waivedShares = waivedSharesOf(penalties, waivers, at);
  const selected = selection
    .flatMap((passenger) => waivedShares.get(passenger) ?? [])
    .filter(({ waived }) => waived > 0);
  const [first, ...others] = new Set(selected.map(({ waiver }) => waiver));
  return {
    waived: selected.reduce((sum, { waived }) => sum + waived, 0),
    waiver: first && others.length === 0 ? first : null,
    waivedShares,
  };
}

/**
 * Calculates the waived part of each passenger's share of a penalty. It depends on the shares and the waiver alone,
 * hence not on who was given back before, or with whom (docs/adr/0067).
 *
 * @param penalties the share of each passenger of the reservation, in their order
 * @param at in milliseconds since 1970
 */
export function waivedSharesOf(
  penalties: readonly number[],
  waivers: readonly FoundWaiver[],
  at: number,
): WaivedShares {
  const inForce = waivers.filter((waiver) => isInForce(waiver, at));
  return new Map(inForce.flatMap((waiver) => sharesOfWaiver(penalties, waiver)));
}

function sharesOfWaiver(penalties: readonly number[], waiver: FoundWaiver): (readonly [number, WaivedShare])[] {
  const passengers = waiver.passengers.filter((passenger) => passenger <= penalties.length);
  const weights = passengers.map((passenger) => penalties[passenger - 1] ?? 0);
  const penalty = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = sharesOf(waivedOf(penalty, waiver), weights);
  return passengers.map((passenger, index) => [passenger, { waiver, waived: shares[index] ?? 0 }] as const);
}

/** The measure of a waiver, with the limits of its code. */
export type WaiverMeasure = Pick<FoundWaiver, 'penalty' | 'percent_off' | 'max_waived' | 'largest_percent'>;

/** Calculates the part that a waiver takes off the penalty of its passengers. @param penalty in Rial */
export function waivedOf(penalty: number, waiver: WaiverMeasure): number {
  const { max_waived: max, largest_percent: percent } = waiver;
  return Math.min(measured(penalty, waiver), max ?? penalty, percent === null ? penalty : percentOf(penalty, percent));
}

/** The penalty of a waiver is no more than that of the rules. */
const measured = (penalty: number, { penalty: lower, percent_off: percent }: WaiverMeasure): number =>
  percent === null ? Math.max(penalty - (lower ?? penalty), 0) : percentOf(penalty, percent);
