import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly connections: number;
  /** Each request is of the next of them, where there are any. */
  readonly tokens?: readonly string[];
}

/** The figures of wrk; times are in microseconds. */
export interface WrkReport {
  readonly requests: number;
  readonly duration: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers of status 400 and above. */
  readonly refused: number;
  /** Connections that broke, and answers that didn't come in time. */
  readonly broken: number;
}

const script = fileURLToPath(new URL('../../wrk/seen.lua', import.meta.url));

/**
 * Loads a server with wrk: one thread, keep-alive connections that ask again as soon as they have their answer.
 *
 * @throws when an answer is no success
 */
export async function load(order: Load, signal: AbortSignal): Promise<WrkReport> {
  const seen = await loadAnyhow(order, signal);
  if (seen.refused + seen.broken > 0)
    throw new Error(
      `${seen.refused} of ${seen.requests} answers were no success, and ${seen.broken} connections broke.`,
    );
  return seen;
}

/** The same, whatever is answered. */
export async function loadAnyhow(
  { url, headers, seconds, connections, tokens = [] }: Load,
  signal: AbortSignal,
): Promise<WrkReport> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const parameters = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, ...fields, url];
  const { stdout } = await run(process.env.WRK ?? 'wrk', parameters, {
    signal,
    env: { ...process.env, TOKENS: tokens.join(' ') },
  }).catch((error: unknown): never => {
    signal.throwIfAborted();
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new Error('wrk was not found: install it (Debian: apt install wrk), or set WRK to its path.')
      : error;
  });
  signal.throwIfAborted();
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as WrkReport;
}
