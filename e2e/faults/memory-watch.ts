import { readFileSync } from 'node:fs';

const lookEveryMs = 50;

/** How far the resident memory of processes rises, in MiB, from its making until it is disposed of. */
export class MemoryWatch implements Disposable {
  private readonly before: number[];
  private readonly highest: number[];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: Readonly<Record<string, number>>) {
    this.before = this.now();
    this.highest = [...this.before];
    this.timer = setInterval(() => {
      this.now().forEach((size, index) => {
        this.highest[index] = Math.max(this.highest[index] ?? 0, size);
      });
    }, lookEveryMs);
  }

  /** By the name of the process. */
  get growth(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.keys(this.pids).map((name, index) => [
        name,
        Math.round((this.highest[index] ?? NaN) - (this.before[index] ?? NaN)),
      ]),
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }

  private now(): number[] {
    return Object.values(this.pids).map(residentMiB);
  }
}

/** proc(5): `VmRSS:   123456 kB`. */
function residentMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
