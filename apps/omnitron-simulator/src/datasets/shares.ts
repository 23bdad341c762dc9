/**
 * Divides a whole number among weights. The next share makes up for the rounding of the one before, so that nothing is
 * left over, and no share is further than one from its due.
 */
export function shares(whole: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let weighed = 0;
  let given = 0;
  return weights.map((weight) => {
    weighed += weight;
    const share = Math.round((whole * weighed) / sum) - given;
    given += share;
    return share;
  });
}
