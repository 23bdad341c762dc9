/**
 * Works on items, at most `maxConcurrent` at a time. An item that fails stops no other.
 *
 * @throws the first failure, after the last item
 */
export async function forEachSettled<T>(
  items: Iterable<T>,
  maxConcurrent: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next())
      await work(next.value).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: maxConcurrent }, worker));
  if (failures.length > 0) throw failures[0];
}

export interface PagedSweep<T> {
  /** Rows of a page; a shorter page is the last. */
  readonly pageSize: number;
  /** Reads the rows after `last`, from the beginning where it is undefined. */
  readonly read: (last: T | undefined) => Promise<readonly T[]>;
  readonly work: (page: readonly T[]) => Promise<unknown>;
  /** Ends the sweep after the page in work. */
  readonly signal?: AbortSignal;
}

/**
 * Reads and works page by page along a key, so that neither the memory nor a statement grows with what there is to do.
 * A page that fails stops no other, because its rows stand before the next page whether they are done or not.
 *
 * @throws the first failure of a page, after the last page; at once what `read` throws
 */
export async function forEachPage<T>({ pageSize, read, work, signal }: PagedSweep<T>): Promise<void> {
  const failures: unknown[] = [];
  let last: T | undefined;
  do {
    const page = await read(last);
    await work(page).catch((error: unknown) => failures.push(error));
    last = page[pageSize - 1];
  } while (last !== undefined && !signal?.aborted);
  if (failures.length > 0) throw failures[0];
}
