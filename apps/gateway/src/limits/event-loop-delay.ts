const everyMs = 50;
const lateMs = 200;
/** One long turn, a collection of garbage for instance, is no overload. */
const inARow = 4;

/** Whether the event loop has more to do than it can: whether whatever is due is late again and again. */
export class EventLoopDelay {
  private dueAt = performance.now() + everyMs;
  private lateIntervals = 0;

  constructor() {
    setInterval(() => {
      this.look();
    }, everyMs).unref();
  }

  get isHigh(): boolean {
    return this.lateIntervals >= inARow;
  }

  private look(): void {
    const now = performance.now();
    this.lateIntervals = now - this.dueAt > lateMs ? this.lateIntervals + 1 : 0;
    this.dueAt = now + everyMs;
  }
}
