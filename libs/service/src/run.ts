import { createLog, flushLog, type Log } from './log.js';
import { ConfigurationError } from './environment.js';
import type { ServiceConfig } from './service-environment.js';

/** Something that runs until it is told to end. */
export interface Running {
  /** Shown in the log line that says the app is ready. */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What an app can be started as: `serve` without an argument, others by their name. */
export interface App<C extends ServiceConfig> {
  readonly name: string;
  readConfig(): C;
  serve(config: C, log: Log): Promise<Running>;
  /** Further commands, e.g. `migrate`; they get their own configuration. */
  readonly commands?: Readonly<Record<string, (log: Log) => Promise<void>>>;
}

/** Runs an app as this process: configuration, log, start, and an orderly end at SIGTERM, SIGINT or the parent's death. */
export async function run<C extends ServiceConfig>(app: App<C>): Promise<void> {
  const command = process.argv[2];
  let log: Log | undefined;
  try {
    if (command !== undefined) {
      log = createLog(app.name, 'info');
      await runCommand(app, command, log);
      await end(log, 0);
      return;
    }
    const config = app.readConfig();
    log = createLog(app.name, config.logLevel);
    endOnFaults(log);
    const starting = app.serve(config, log);
    endOnSignals(starting, log);
    log.info((await starting).addresses, 'ready');
  } catch (error) {
    await fail(error, log);
  }
}

async function runCommand<C extends ServiceConfig>(app: App<C>, name: string, log: Log): Promise<void> {
  const command = app.commands?.[name];
  if (!command) throw new ConfigurationError(`${app.name} has no command ${name}.`);
  await command(log);
}

/** An end that takes longer than this has got stuck. */
const longestEndMs = 20_000;

/** Also while the app is still starting, which may wait for what it depends on: then nothing of it is worth an orderly end. */
function endOnSignals(starting: Promise<Running>, log: Log): void {
  let running: Running | undefined;
  starting.then((started) => { running = started; }, () => undefined);
  let ending = false;
  const close = (reason: string): void => {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'ending');
    setTimeout(() => { void fail(new Error('The end got stuck.'), log); }, longestEndMs).unref();
    (running?.close() ?? Promise.resolve()).then(() => end(log, 0), (error: unknown) => fail(error, log));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { close(signal); });
  process.on('disconnect', () => { close('the parent process ended'); });
  if (process.send && !process.connected) close('the parent process ended');
}

/** A fault that nobody caught leaves the process in an unknown state: it is logged, and whoever runs us starts us again. */
function endOnFaults(log: Log): void {
  process.on('uncaughtException', (error) => { void fail(error, log); });
  process.on('unhandledRejection', (error) => { void fail(error, log); });
}

async function fail(error: unknown, log: Log | undefined): Promise<void> {
  if (error instanceof ConfigurationError || !log) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  else log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  await end(log, 1);
}

async function end(log: Log | undefined, code: number): Promise<void> {
  if (log) await flushLog(log);
  process.exit(code);
}
