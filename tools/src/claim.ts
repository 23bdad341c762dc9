import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commandLineOf, ended, signalIfRunning } from '@refundry/testing';
import { readJson, writePrivately } from './data-folder.js';
import { Refusal } from './refusal.js';

/** A process, and a word of its command line by which a recycled pid is told apart. */
interface ClaimedProcess {
  readonly pid: number;
  readonly mark: string;
}

interface ClaimFile {
  readonly launcher: ClaimedProcess;
  readonly children: readonly ClaimedProcess[];
}

/**
 * One launcher's hold on a data folder; the file also lists what it started, for the next launcher if it is left
 * behind.
 */
export class Claim {
  private readonly launcher: ClaimedProcess = { pid: process.pid, mark: process.argv[1] ?? 'node' };
  private children: ClaimedProcess[] = [];

  private constructor(private readonly file: string) {}

  /**
   * Takes hold of the folder; what a launcher that was killed by force has left running is ended first.
   * @throws Refusal when another launcher runs on it
   */
  static async take(file: string): Promise<Claim> {
    await endLeftovers(file);
    const claim = new Claim(file);
    try {
      writeFileSync(file, claim.text(), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new Refusal(`Another launcher is starting on ${file}.`);
      throw error;
    }
    return claim;
  }

  add(child: { readonly pid: number | undefined; readonly mark: string }): void {
    if (child.pid === undefined) return;
    this.children.push({ pid: child.pid, mark: child.mark });
    writePrivately(this.file, this.text());
  }

  release(): void {
    if (readFileSync(this.file, 'utf8') === this.text()) rmSync(this.file);
  }

  private text(): string {
    return JSON.stringify({ launcher: this.launcher, children: this.children } satisfies ClaimFile);
  }
}

async function endLeftovers(file: string): Promise<void> {
  const written = readJson(file) as ClaimFile | undefined;
  if (written && written.launcher.pid !== process.pid && isRunning(written.launcher)) {
    throw new Refusal(
      `Refundry already runs on this data folder (process ${written.launcher.pid}); end it first, or set ` +
        'REFUNDRY_DATA to another folder.',
    );
  }
  for (const child of [...(written?.children ?? [])].reverse()) await endLeftover(child);
  rmSync(file, { force: true });
}

/** SIGINT is what all of them end orderly at, PostgreSQL too. */
async function endLeftover(child: ClaimedProcess): Promise<void> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    if (!isRunning(child)) return;
    signalIfRunning(child.pid, signal);
    if (await ended(child.pid, 5000)) return;
  }
}

function isRunning({ pid, mark }: ClaimedProcess): boolean {
  return commandLineOf(pid)?.includes(mark) ?? false;
}
