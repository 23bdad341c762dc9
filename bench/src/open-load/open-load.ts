import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('generator.js', import.meta.url));

export interface OpenLoad {
  readonly url: string;
  /** Each request is of the next of them. */
  readonly tokens: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  /** How many connections it opens at most. */
  readonly connections: number;
}

export interface OpenlySeen {
  readonly seconds: number;
  readonly sent: number;
  /** What it would have asked, had it been allowed another connection. */
  readonly unsent: number;
  /** Connections that broke, and answers that didn't come. */
  readonly broken: number;
  /** How many answers were of status 200; the times are theirs. */
  readonly good: number;
  /** How many answers there were, by status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the load itself took of the machine. */
  readonly cpuSeconds: number;
}

/** Asks so many times a second, whether answered or not, as clients do who know nothing of each other. */
export async function loadOpenly(order: OpenLoad, signal: AbortSignal): Promise<OpenlySeen> {
  const { stdout } = await run(process.execPath, [script], { env: { ORDER: JSON.stringify(order) }, signal }).catch((error: unknown): never => {
    signal.throwIfAborted();
    throw error;
  });
  return JSON.parse(stdout) as OpenlySeen;
}
