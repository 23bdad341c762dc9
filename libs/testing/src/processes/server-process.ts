import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { describeExit, type Exit } from './exit.js';
import { eachLine, Tail } from './tail.js';

export interface ServerProcessOptions {
  /** How the process is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The operating system's account to run as, when it is not our own. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  /** The signal the kernel sends when the process that started this one dies (Linux only). */
  readonly signalOnOrphaned: NodeJS.Signals;
  readonly log?: ((line: string) => void) | undefined;
}

const SETPRIV = '/usr/bin/setpriv';

/**
 * A native server as a child process, in a process group of its own: a terminal's Ctrl-C is for its owner to act on.
 */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  private exit: Exit | undefined;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly tail: Tail,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        tail.add(error.message);
        resolve((this.exit = { code: null, signal: null }));
      });
      child.once('close', (code, signal) => {
        resolve((this.exit = { code, signal }));
      });
    });
  }

  static spawn(options: ServerProcessOptions): ServerProcess {
    const tail = new Tail(200);
    const [command, ...args] = endingWithUs(options);
    const child = spawn(command!, args, {
      cwd: '/',
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options.account,
    });
    for (const stream of [child.stdout, child.stderr])
      eachLine(stream, (line) => {
        tail.add(line);
        options.log?.(line);
      });
    return new ServerProcess(options.name, child, tail);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get hasExited(): boolean {
    return this.exit !== undefined;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.hasExited) this.child.kill(signal);
  }

  /** Resolves with what `probe` finds; rejects with the server's last words when it ends before. */
  async until<T>(probe: (stillWanted: () => boolean) => Promise<T>): Promise<T> {
    const death = this.exited.then((): never => {
      throw new Error(this.exitSummary());
    });
    return Promise.race([probe(() => !this.hasExited), death]);
  }

  /** Sends `signal`, then SIGKILL to what is still there after the grace. */
  async end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    this.signal(signal);
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
    }, graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** How the server ended and what it said last, for a message about an end nobody asked for. */
  exitSummary(): string {
    return this.exit
      ? `${this.name} ${describeExit(this.exit)}; its last lines:\n${this.tail.excerpt(4)}`
      : `${this.name} is running`;
  }
}

/** Without this, a launcher or test run that is killed by force leaves its servers behind. */
function endingWithUs({ command, args, signalOnOrphaned }: ServerProcessOptions): string[] {
  if (platform() !== 'linux' || !existsSync(SETPRIV)) return [command, ...args];
  return [SETPRIV, '--pdeathsig', signalOnOrphaned.replace('SIG', ''), '--', command, ...args];
}
