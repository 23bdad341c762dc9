import { spawn, type ChildProcess } from 'node:child_process';
import { describeExit, type Exit } from './exit.js';
import { eachLine, Tail } from './tail.js';

export interface AppProcessOptions {
  /** How the app is called in messages. */
  readonly name: string;
  /** The compiled entry file, run by the Node that runs us. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Its standard input, such as a secret; nothing when not given. */
  readonly input?: string;
  /** The app's whole environment; nothing of ours is added. */
  readonly env: NodeJS.ProcessEnv;
  /** Gets every line of stdout and stderr. */
  readonly log?: (line: string) => void;
  /** How long the app may take until its ready line. 30 seconds. */
  readonly readyWithinMs?: number;
  /** How many of the last lines `lines` keeps. 100,000. */
  readonly keepLines?: number;
}

/** The log line by which an app says that it serves; `url` and `operations` are base URLs. */
export interface ReadyLine {
  readonly msg: 'ready';
  readonly url?: string;
  readonly operations?: string;
}

/** One of our Node apps as a child process. An IPC channel tells it, by 'disconnect', that its parent is gone. */
export class AppProcess {
  /** Resolves when the process has ended and all it wrote was read; never rejects. */
  readonly exited: Promise<Exit>;
  private exit: Exit | undefined;
  private readyLine: ReadyLine | undefined;
  private readonly output: Tail;
  private readonly complaints = new Tail(100);
  private announceReady!: () => void;
  private readonly announced = new Promise<void>((resolve) => {
    this.announceReady = resolve;
  });

  private constructor(
    private readonly options: AppProcessOptions,
    private readonly child: ChildProcess,
  ) {
    this.output = new Tail(options.keepLines ?? 100_000);
    eachLine(child.stdout!, (line) => {
      this.read(line);
    });
    eachLine(child.stderr!, (line) => {
      this.complaints.add(line);
      this.read(line);
    });
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.complaints.add(error.message);
        resolve((this.exit = { code: null, signal: null }));
      });
      child.once('close', (code, signal) => {
        resolve((this.exit = { code, signal }));
      });
    });
  }

  /**
   * Starts an app and waits for its ready line.
   * @throws one sentence with the app's last lines when it ends before, or is not ready in time (it is ended then).
   */
  static async start(options: AppProcessOptions): Promise<AppProcess> {
    const app = AppProcess.spawn(options);
    await app.ready();
    return app;
  }

  /** Starts an app and leaves the waiting to {@link ready}, so that it can be stopped meanwhile. */
  static spawn(options: AppProcessOptions): AppProcess {
    const child = spawn(process.execPath, [options.script, ...(options.args ?? [])], {
      env: options.env,
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'ipc'],
    });
    child.stdin?.on('error', () => undefined).end(options.input);
    return new AppProcess(options, child);
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** All lines so far, stdout and stderr. */
  get lines(): readonly string[] {
    return this.output.lines;
  }

  /** The app's address, from its ready line. */
  get url(): string | undefined {
    return this.readyLine?.url;
  }

  /** The address of the app's health and metrics, from its ready line. */
  get operations(): string | undefined {
    return this.readyLine?.operations;
  }

  get hasExited(): boolean {
    return this.exit !== undefined;
  }

  /** Waits for the ready line; throws as {@link start} does. */
  async ready(): Promise<ReadyLine> {
    const limit = this.options.readyWithinMs ?? 30_000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, limit);
    });
    const outcome = await Promise.race([this.announced, this.exited, late]);
    clearTimeout(timer);
    if (this.readyLine && !this.exit) return this.readyLine;
    if (outcome === 'late') await this.stop(1000);
    throw new Error(
      outcome === 'late'
        ? `${this.name} was not ready within ${limit / 1000} s${this.lastWords()}`
        : `${this.name} ${describeExit(this.exit ?? { code: null, signal: null })} before it was ` +
            `ready${this.lastWords()}`,
    );
  }

  /** SIGTERM, then SIGKILL to what is still there after the grace. */
  async stop(graceMs = 5000): Promise<Exit> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.kill('SIGKILL');
    }, graceMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.exit) this.child.kill(signal);
  }

  /** How the app ended and what it said last, for a message about an end nobody asked for. */
  exitSummary(): string {
    return this.exit ? `${this.name} ${describeExit(this.exit)}${this.lastWords()}` : `${this.name} is running`;
  }

  private lastWords(): string {
    const said = this.complaints.excerpt(8) || this.output.excerpt(8, messageOf);
    return said === '' ? ' and said nothing.' : `; its last lines:\n${said}`;
  }

  private read(line: string): void {
    this.output.add(line);
    this.options.log?.(line);
    if (this.readyLine || !line.includes('"msg":"ready"')) return;
    this.readyLine = parseReady(line);
    if (this.readyLine) this.announceReady();
  }
}

function parseReady(line: string): ReadyLine | undefined {
  try {
    const parsed = JSON.parse(line) as ReadyLine;
    return (parsed.msg as string) === 'ready' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The message of a log line, without its JSON. */
function messageOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [...new Set([msg, err?.message])].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}
