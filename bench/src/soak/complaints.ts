import type { Listener } from '../system/apps.js';

/** pino's. */
const fatal = 60;
const maxKept = 20;

/** The log lines that no app may write: that they end of a fault, or something that is no log line. */
export class Complaints {
  /** The first of them. */
  readonly lines: string[] = [];
  count = 0;

  listenerOf(app: string): Listener {
    return (line) => {
      if (isHarmless(line)) return;
      this.count += 1;
      if (this.lines.length < maxKept) this.lines.push(`${app}: ${line}`);
    };
  }
}

function isHarmless(line: string): boolean {
  try {
    return (JSON.parse(line) as { level: number }).level < fatal;
  } catch {
    return line === '';
  }
}
