import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs a load script with its order as JSON on its standard input. @returns what it writes, parsed */
export async function runWithOrder<Seen>(script: URL, order: object, signal: AbortSignal): Promise<Seen> {
  const child = spawn(process.execPath, [fileURLToPath(script)], { stdio: ['pipe', 'pipe', 'inherit'], signal });
  // An end before its time shows in what it wrote.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined).end(JSON.stringify(order));
  const written = await text(child.stdout);
  signal.throwIfAborted();
  return JSON.parse(written) as Seen;
}

/** The order of the script that reads it. */
export const readOrder = async <Order>(): Promise<Order> => JSON.parse(await text(process.stdin)) as Order;
