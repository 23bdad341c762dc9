import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from './topology.js';

interface ShownProcessOptions {
  /** The compiled entry file, run by the Node that runs us. */
  readonly script: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Environment;
}

export interface ProcessExit {
  readonly code: number | null;
  /** Its output on stderr. */
  readonly complaint: string;
}

/** A process that writes to our own stdout. It has a session of its own, so that Ctrl-C reaches it through us only. */
export class ShownProcess {
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;

  private constructor(private readonly child: ChildProcess) {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        resolve({ code: null, complaint: error.message });
      });
      child.once('close', (code) => {
        resolve({ code, complaint: complaint.trim() });
      });
    });
  }

  static spawn({ script, args, env }: ShownProcessOptions): ShownProcess {
    return new ShownProcess(
      spawn(process.execPath, [script, ...args], { env, detached: true, stdio: ['ignore', 'inherit', 'pipe'] }),
    );
  }

  stop(): Promise<ProcessExit> {
    this.child.kill('SIGTERM');
    return this.exited;
  }
}
