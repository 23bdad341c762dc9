import type { LevelProgress, SyncReport } from '@refundry/contracts';
import { ThroughputMeter } from './throughput-meter.js';
import { doneLine, workingLine } from './progress-text.js';

/** As much of a stream as is needed to draw on it. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const sayEveryMs = 10_000;
/** Width for a terminal that doesn't know its own, or says 0. */
const usualColumns = 80;
const eraseLine = '\r\u001b[K';

/**
 * Shows a run as it goes: a line for each level that is done and, below them, the one that is worked on. On a terminal
 * that one is drawn over and over; elsewhere it is said now and then.
 */
export class ProgressDisplay {
  private readonly meters = new Map<string, ThroughputMeter>();
  private linesDone = 0;
  private isDrawn = false;
  private saidAt: number | undefined;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {}

  show({ state, levels }: SyncReport): void {
    const position = state === 'FINISHED' ? levels.length : workedOn(levels);
    const current = levels[position];
    for (const level of levels.slice(0, position + 1)) this.meterOf(level).note(level.seen, this.now());
    const nameWidth = Math.max(...levels.map(({ name }) => name.length));
    for (const level of levels.slice(this.linesDone, position))
      this.say(doneLine(level, this.meters.get(level.name), { nameWidth }));
    this.linesDone = Math.max(this.linesDone, position);
    if (current) this.showCurrent(current, nameWidth, state !== 'WORKING');
  }

  /** A line of its own. */
  say(text: string): void {
    this.screen.write(`${this.isDrawn ? eraseLine : ''}${text}\n`);
    this.isDrawn = false;
    this.saidAt = this.now();
  }

  /** Leaves a level that is drawn as it stands. */
  end(): void {
    if (this.isDrawn) this.screen.write('\n');
    this.isDrawn = false;
  }

  private showCurrent(level: LevelProgress, nameWidth: number, isLast: boolean): void {
    const meter = this.meterOf(level);
    if (this.screen.isTTY) {
      const { columns: known = 0 } = this.screen;
      const columns = (known > 0 ? known : usualColumns) - 1;
      this.screen.write(eraseLine + workingLine(level, meter, { nameWidth, columns }).slice(0, columns));
      this.isDrawn = true;
      return;
    }
    this.saidAt ??= this.now();
    if (isLast || this.now() - this.saidAt >= sayEveryMs) this.say(workingLine(level, meter, { nameWidth }));
  }

  private meterOf({ name }: LevelProgress): ThroughputMeter {
    const meter = this.meters.get(name) ?? new ThroughputMeter();
    this.meters.set(name, meter);
    return meter;
  }
}

/** The position of the last level that has begun. */
function workedOn(levels: readonly LevelProgress[]): number {
  return Math.max(
    0,
    levels.findLastIndex(({ seen, expected }) => seen > 0 || expected !== null),
  );
}
