import type { AppProcess } from '@refundry/testing';
import { until } from './until.js';

export type LogLine = Readonly<Record<string, unknown>>;

/** The log of an app so far. @throws when a line isn't a JSON object */
export const logLines = (app: AppProcess): LogLine[] => app.lines.map((line) => JSON.parse(line) as LogLine);

/** The last line that has all these fields; logs are written in batches, so it is waited for. */
export function logged(app: AppProcess, fields: LogLine): Promise<LogLine> {
  const has = (line: LogLine): boolean => Object.entries(fields).every(([name, value]) => line[name] === value);
  return until(`${app.name} logs ${JSON.stringify(fields)}`, () => logLines(app).findLast(has), { within: 3000 });
}
