import { readFileSync } from 'node:fs';

/** The memory of a process: its resident set. */
export interface Memory {
  /** Before it had anything to do. */
  readonly idleMiB: number;
  /** When the rounds that count began. */
  readonly beforeMiB: number;
  /** The highest seen in them. */
  readonly highestMiB: number;
  /** When they had ended. */
  readonly afterMiB: number;
}

const lookEveryMs = 100;

/** Watches the memory of a process from its making until it is disposed of. */
export class MemoryWatch implements Disposable {
  private readonly idleMiB: number;
  private beforeMiB: number;
  private highestMiB: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.idleMiB = this.beforeMiB = this.highestMiB = residentMiB(pid);
    this.timer = setInterval(() => {
      this.highestMiB = Math.max(this.highestMiB, residentMiB(pid));
    }, lookEveryMs);
  }

  /** The rounds that count begin now. */
  begin(): void {
    this.beforeMiB = this.highestMiB = residentMiB(this.pid);
  }

  get memory(): Memory {
    const { idleMiB, beforeMiB, highestMiB, pid } = this;
    return { idleMiB, beforeMiB, highestMiB, afterMiB: residentMiB(pid) };
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}

/** proc(5): `VmRSS:   123456 kB`. @throws when there is no such process */
export function residentMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`Process ${pid} has no memory.`);
  return Number(kibibytes) / 1024;
}
