/**
 * The value of each set of labels. It is found along the values one by one: to put them together into a key costs more
 * than the rest of a measurement.
 */
export class ByLabels<T extends object> {
  private readonly below = new Map<string, ByLabels<T>>();
  private own: T | undefined;

  constructor(private readonly make: (values: readonly string[]) => T) {}

  /** The same for the same values. */
  at(values: readonly string[]): T {
    const place = values.reduce<ByLabels<T>>((above, value) => above.next(value), this);
    return (place.own ??= this.make(values));
  }

  private next(value: string): ByLabels<T> {
    const known = this.below.get(value);
    if (known) return known;
    const added = new ByLabels(this.make);
    this.below.set(value, added);
    return added;
  }
}
