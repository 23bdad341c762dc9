const everyMs = 50;
const lateMs = 200;
/** One long turn, a collection of garbage for instance, is no overload. */
const inARow = 4;

/** Whether the event loop has more to do than it can: whether whatever is due is late again and again. */
export class EventLoopLateness {
  private dueAt = performance.now() + everyMs;
  private lateTurns = 0;

  constructor() {
    setInterval(() => { this.look(); }, everyMs).unref();
  }

  get isLasting(): boolean {
    return this.lateTurns >= inARow;
  }

  private look(): void {
    const now = performance.now();
    this.lateTurns = now - this.dueAt > lateMs ? this.lateTurns + 1 : 0;
    this.dueAt = now + everyMs;
  }
}
