/**
 * Splits an amount among parts by their weights, so that the shares add up to it whatever is taken of them, and in what
 * order: a part's share is the difference of two rounded sums, up to it and up to the one before (docs/adr/0065).
 *
 * @param amount at most the sum of the weights, or at most a fraction of it
 * @param weights whole numbers, 0 or more; no share is greater than its weight, or than that fraction of it
 */
export function sharesOf(amount: number, weights: readonly (number | bigint)[]): number[] {
  const whole = weights.reduce<bigint>((sum, weight) => sum + BigInt(weight), 0n);
  let [weighed, given] = [0n, 0n];
  return weights.map((weight) => {
    weighed += BigInt(weight);
    const upTo = whole === 0n ? 0n : roundedHalfUp(BigInt(amount) * weighed, whole);
    const share = upTo - given;
    given = upTo;
    return Number(share);
  });
}

/** A percentage of an amount, in whole Rials; half a Rial is rounded up. */
export const percentOf = (amount: number, percent: number): number =>
  Number(roundedHalfUp(BigInt(amount) * BigInt(percent), 100n));

/** The quotient, of numbers that are not negative. */
const roundedHalfUp = (dividend: bigint, divisor: bigint): bigint => (2n * dividend + divisor) / (2n * divisor);

/** Splits a price among so many passengers; what can't be split is borne by the first, a Rial each. */
export function evenPrices(price: number, passengers: number): number[] {
  const rest = price % passengers;
  const least = (price - rest) / passengers;
  return Array.from({ length: passengers }, (_none, index) => least + (index < rest ? 1 : 0));
}
