import { isShortWorkDue } from './short-work.js';

/** In milliseconds: others wait no longer for one turn of long work. */
const sliceMs = 5;
/** The same beside short work, and how long long work pauses after each turn. */
const [shortSliceMs, pauseMs] = [2, 6];

/**
 * Long works that wait for their next slices. One goes on in each turn of the event loop, so that many delay others no
 * longer than one does.
 */
const waiting: (() => void)[] = [];

let isScheduled = false;

function schedule(): void {
  if (isScheduled || waiting.length === 0) return;
  isScheduled = true;
  if (isShortWorkDue()) setTimeout(startNext, pauseMs);
  else setImmediate(startNext);
}

function startNext(): void {
  isScheduled = false;
  waiting.shift()?.();
  // By then its slice is over, and the pause begins.
  setImmediate(schedule);
}

const endOfSlice = (): number => performance.now() + (isShortWorkDue() ? shortSliceMs : sliceMs);

/** Divides long synchronous work, so that the event loop does what else is due between the slices. */
export class TimeSlice {
  private end = endOfSlice();

  get isOver(): boolean {
    return performance.now() > this.end;
  }

  /** Begins the next slice when everything else that is due has had its turn, other long work too. */
  async next(): Promise<void> {
    await new Promise<void>((start) => {
      waiting.push(start);
      schedule();
    });
    this.end = endOfSlice();
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
