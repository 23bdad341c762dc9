import { createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';

const open: WriteStream[] = [];

/** Writes a process' lines to a file of this start; the one of the start before is kept beside it. */
export function logTo(file: string): (line: string) => void {
  if (existsSync(file)) renameSync(file, file.replace(/[.]log$/, '.previous.log'));
  const stream = createWriteStream(file, { mode: 0o600 });
  open.push(stream);
  return (line) => {
    stream.write(`${line}\n`);
  };
}

/** Resolves when every line is in its file; last lines are the ones that are read. */
export async function finishLogs(): Promise<void> {
  await Promise.all(
    open.splice(0).map(
      (stream) =>
        new Promise((resolve) => {
          stream.end(resolve);
        }),
    ),
  );
}
