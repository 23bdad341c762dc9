import { setImmediate as nextTurn } from 'node:timers/promises';

/** In milliseconds: others wait no longer for one turn of long work. */
const sliceMs = 5;

/** Divides long synchronous work, so that the event loop does what else is due between the slices. */
export class TimeSlice {
  private end = performance.now() + sliceMs;

  get isOver(): boolean {
    return performance.now() > this.end;
  }

  /** Begins the next slice when everything else that is due has had its turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.end = performance.now() + sliceMs;
  }
}

/** Maps items one by one, in slices. @throws whatever `map` throws */
export async function mapInSlices<T, R>(items: readonly T[], map: (item: T, index: number) => R): Promise<R[]> {
  const slice = new TimeSlice();
  const mapped: R[] = [];
  for (const [index, item] of items.entries()) {
    if (slice.isOver) await slice.next();
    mapped.push(map(item, index));
  }
  return mapped;
}
