import { Clock } from './instant.js';
import { Malformed } from './malformed.js';
import { type ResourceName } from './resource.js';
import { orderedByPk, type Row } from './row.js';

/** The rows of every resource, always in the order of their `pk`. */
export class Tables {
  readonly #clock = new Clock();
  readonly #tables = new Map<ResourceName, readonly Row[]>();

  /** @param initialRows is asked for a resource's rows when they are first needed */
  constructor(private readonly initialRows: (resource: ResourceName) => readonly Row[]) {}

  rows(resource: ResourceName): readonly Row[] {
    const known = this.#tables.get(resource);
    if (known) return known;
    const initial = orderedByPk(this.initialRows(resource));
    this.#tables.set(resource, initial);
    return initial;
  }

  /** @throws Malformed when two rows share a `pk` */
  replace(resource: ResourceName, rows: readonly Row[]): void {
    this.#tables.set(resource, orderedByPk(rows));
  }

  /**
   * Adds rows; those that bring no dates were created now.
   *
   * @throws Malformed when a `pk` is taken
   */
  add(resource: ResourceName, rows: readonly Row[]): void {
    const now = this.#clock.now();
    const dated = rows.map((row) => ({ created_date: now, modified_date: now, ...row }));
    this.replace(resource, [...this.rows(resource), ...dated]);
  }

  /**
   * Changes fields of one row and moves its `modified_date`, unless the fields bring one.
   *
   * @returns the row as it is now, or undefined when there is none
   * @throws Malformed when the fields would change the `pk`
   */
  merge(resource: ResourceName, pk: number, fields: Readonly<Record<string, unknown>>): Row | undefined {
    if ('pk' in fields && fields.pk !== pk) throw new Malformed('The pk of a row does not change.');
    const row = this.rows(resource).find((candidate) => candidate.pk === pk);
    if (!row) return undefined;
    const merged: Row = { ...row, modified_date: this.#clock.now(), ...fields, pk };
    this.#tables.set(
      resource,
      this.rows(resource).map((candidate) => (candidate === row ? merged : candidate)),
    );
    return merged;
  }

  /** @returns whether there was such a row */
  remove(resource: ResourceName, pk: number): boolean {
    const before = this.rows(resource);
    const after = before.filter((row) => row.pk !== pk);
    this.#tables.set(resource, after);
    return after.length < before.length;
  }
}
