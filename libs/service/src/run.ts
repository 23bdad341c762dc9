import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ConfigurationError } from './environment.js';
import { tuneGarbageCollection } from './garbage-collection.js';
import { createLog, flushLog, NestLog, type Log } from '@refundry/observability';
import type { ServiceConfig } from './service-environment.js';

/** Something that runs until it is told to end. */
export interface Running {
  /** Shown in the log line that says the app is ready. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Its readiness is red from now on, so that new work is sent elsewhere; what comes all the same is done. */
  markNotReady(): void;
  /** Takes no new work, ends what it has begun, and lets go of what it needs for that. */
  close(): Promise<void>;
}

/** The commands of an app: `serve` without an argument, others by their name. */
export interface App<C extends ServiceConfig> {
  readonly name: string;
  readConfig(): C;
  serve(config: C, log: Log): Promise<Running>;
  /** Further commands, e.g. `migrate`; they get their own configuration. */
  readonly commands?: Readonly<Record<string, (log: Log) => Promise<void>>>;
}

/**
 * Runs an app as this process: configuration, log, start, and an orderly end at SIGTERM, SIGINT or the parent's death.
 */
export async function run<C extends ServiceConfig>(app: App<C>): Promise<void> {
  tuneGarbageCollection();
  const command = process.argv[2];
  let log: Log | undefined;
  try {
    if (command !== undefined) {
      log = begunLog(app.name, 'info');
      await runCommand(app, command, log);
      await end(log, 0);
      return;
    }
    const config = app.readConfig();
    log = begunLog(app.name, config.logLevel);
    endOnFaults(log);
    const starting = app.serve(config, log);
    endOnSignals(starting, config.shutdownDelayMs ?? 0, log);
    log.info((await starting).addresses, 'ready');
  } catch (error) {
    await fail(error, log);
  }
}

/** Logs of libraries are written there from the first line on. */
function begunLog(name: string, level: string): Log {
  const log = createLog(name, level);
  Logger.overrideLogger(new NestLog(log));
  return log;
}

async function runCommand<C extends ServiceConfig>(app: App<C>, name: string, log: Log): Promise<void> {
  const command = app.commands?.[name];
  if (!command) throw new ConfigurationError(`${app.name} has no command ${name}.`);
  await command(log);
}

/**
 * Also while the app is still starting, which may wait for what it depends on: then nothing of it is worth an orderly
 * end. A second signal skips the pause; requests under way are finished all the same.
 */
function endOnSignals(starting: Promise<Running>, pauseMs: number, log: Log): void {
  let running: Running | undefined;
  starting.then(
    (started) => {
      running = started;
    },
    () => undefined,
  );
  let skipDelay: AbortController | undefined;
  const close = (reason: string): void => {
    if (skipDelay) skipDelay.abort();
    else {
      skipDelay = new AbortController();
      log.info({ reason }, 'ending');
      shutDown(running, pauseMs, skipDelay.signal, log).then(
        () => end(log, 0),
        (error: unknown) => fail(error, log),
      );
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      close(signal);
    });
  process.on('disconnect', () => {
    close('the parent process ended');
  });
  if (process.send && !process.connected) close('the parent process ended');
}

/** Behind the pause, an end that takes longer than this has got stuck. */
const maxEndMs = 20_000;

async function shutDown(
  running: Running | undefined,
  pauseMs: number,
  skipDelay: AbortSignal,
  log: Log,
): Promise<void> {
  if (!running) return;
  running.markNotReady();
  if (pauseMs > 0) {
    log.info({ ms: pauseMs }, 'readiness is red; what comes is still answered');
    await pause(pauseMs, undefined, { signal: skipDelay }).catch(() => undefined);
  }
  setTimeout(() => {
    void fail(new Error('The end got stuck.'), log);
  }, maxEndMs).unref();
  log.info('taking nothing new; finishing what has begun');
  await running.close();
  log.info('ended');
}

/**
 * A fault that nobody caught leaves the process in an unknown state: it is logged, and the supervisor starts us again.
 */
function endOnFaults(log: Log): void {
  process.on('uncaughtException', (error) => {
    void fail(error, log);
  });
  process.on('unhandledRejection', (error) => {
    void fail(error, log);
  });
}

async function fail(error: unknown, log: Log | undefined): Promise<void> {
  if (error instanceof ConfigurationError || !log)
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  else log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  await end(log, 1);
}

async function end(log: Log | undefined, code: number): Promise<void> {
  if (log) await flushLog(log);
  process.exit(code);
}
