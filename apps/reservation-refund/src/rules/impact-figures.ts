import type { KeptExample, RulesImpactRow } from './rules-impact.entity.js';

/** How reservations are priced by the rules there are, and by those that are tried. */
export type ImpactFigures = Pick<
  RulesImpactRow,
  | 'checked'
  | 'unchanged'
  | 'pricedDifferently'
  | 'newlyRefundable'
  | 'noLongerRefundable'
  | 'penaltyBefore'
  | 'penaltyAfter'
  | 'examples'
>;

/** A reservation with its penalties; null where no rules apply. */
export interface PricedReservation {
  readonly id: number;
  readonly price: number;
  readonly before: number | null;
  readonly after: number | null;
}

const maxExamples = 20;

export const noFigures: ImpactFigures = {
  checked: 0,
  unchanged: 0,
  pricedDifferently: 0,
  newlyRefundable: 0,
  noLongerRefundable: 0,
  penaltyBefore: '0',
  penaltyAfter: '0',
  examples: [],
};

/** The figures with further reservations in them. */
export function withPriced(figures: ImpactFigures, priced: readonly PricedReservation[]): ImpactFigures {
  const changed = priced.filter(({ before, after }) => before !== after);
  const count = (condition: (one: PricedReservation) => boolean): number => changed.filter(condition).length;
  const newly = count(({ before }) => before === null);
  const noLonger = count(({ after }) => after === null);
  return {
    checked: figures.checked + priced.length,
    unchanged: figures.unchanged + priced.length - changed.length,
    pricedDifferently: figures.pricedDifferently + changed.length - newly - noLonger,
    newlyRefundable: figures.newlyRefundable + newly,
    noLongerRefundable: figures.noLongerRefundable + noLonger,
    penaltyBefore: sumOf(
      figures.penaltyBefore,
      priced.map(({ before }) => before),
    ),
    penaltyAfter: sumOf(
      figures.penaltyAfter,
      priced.map(({ after }) => after),
    ),
    examples: [...figures.examples, ...changed.map(exampleOf)].toSorted(byDifference).slice(0, maxExamples),
  };
}

const sumOf = (sum: string, penalties: readonly (number | null)[]): string =>
  String(penalties.reduce((total, penalty) => total + BigInt(penalty ?? 0), BigInt(sum)));

/** How much more or less comes back. */
const differenceOf = ({ price, before, after }: PricedReservation): number =>
  Math.abs((before === null ? 0 : price - before) - (after === null ? 0 : price - after));

/** @returns with its difference, by which the next ones are compared with it */
const exampleOf = (one: PricedReservation): KeptExample => ({
  reserve_id: one.id,
  before: one.before,
  after: one.after,
  difference: differenceOf(one),
});

/** The largest first, and of those the oldest. */
const byDifference = (one: KeptExample, other: KeptExample): number =>
  other.difference - one.difference || one.reserve_id - other.reserve_id;
