/** In milliseconds: others wait no longer for one turn of long work. */
const sliceMs = 5;

/** Long works that wait for their next slices. One goes on in each turn of the event loop, so that many delay others no longer than one does. */
const waiting: (() => void)[] = [];

function startNext(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(startNext);
}

/** Divides long synchronous work, so that the event loop does what else is due between the slices. */
export class TimeSlice {
  private end = performance.now() + sliceMs;

  get isOver(): boolean {
    return performance.now() > this.end;
  }

  /** Begins the next slice when everything else that is due has had its turn, other long work too. */
  async next(): Promise<void> {
    await new Promise<void>((start) => {
      if (waiting.push(start) === 1) setImmediate(startNext);
    });
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
