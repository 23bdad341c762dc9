import type { AppProcess } from '@refundry/testing';
import { until } from './until.js';

export type LogLine = Readonly<Record<string, unknown>>;

/** The log of an app so far. @throws when a line isn't a JSON object */
export const logLines = (app: AppProcess): LogLine[] => app.lines.map((line) => JSON.parse(line) as LogLine);

/** The last line that has all these fields, if there is one already. */
export function lastLogged(app: AppProcess, fields: LogLine): LogLine | undefined {
  const values = Object.values(fields).map((value) => JSON.stringify(value));
  // A shared app has logged much: few lines are parsed.
  return app.lines
    .filter((line) => values.every((value) => line.includes(value)))
    .map((line) => JSON.parse(line) as LogLine)
    .findLast((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
}

/** The last line that has all these fields; logs are written in batches, so it is waited for. */
export const logged = (app: AppProcess, fields: LogLine): Promise<LogLine> =>
  until(`${app.name} logs ${JSON.stringify(fields)}`, () => lastLogged(app, fields), { within: 3000 });
