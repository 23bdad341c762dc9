import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The reason, in one sentence, why the command can't be run. */
export class Refusal extends Error {
  /** @param {string} message @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @typedef {{ code: number, output: string }} Outcome */

/** @type {import('node:child_process').ChildProcess | undefined} */
let current;
/** @type {NodeJS.Signals | undefined} */
let stopping;

/**
 * Runs a program to its end. With `quiet` its output is kept instead of shown.
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean } & import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<Outcome>}
 */
export async function run(command, args, { quiet = false, ...options } = {}) {
  if (stopping) throw new Refusal('', exitCodeOf(stopping));
  const child = spawn(command, args, { cwd: root, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit', ...options });
  current = child;
  let output = '';
  for (const stream of quiet ? [child.stdout, child.stderr] : [])
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(127);
    });
    child.once('close', (exitCode, signal) => {
      resolve(signal ? exitCodeOf(signal) : exitCode);
    });
  });
  current = undefined;
  return { code, output };
}

/**
 * Says what is going on: on stderr, so that the stdout of a command is its own.
 * @param {string} line
 */
export function say(line) {
  console.error(line);
}

/**
 * The last line of a program's output that says something.
 * @param {string} output
 */
export function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}

/** npm killed by force can't pass that on; a child notices by getting another parent. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) stop('SIGTERM');
  }, 500).unref();
}

/**
 * A terminal sends Ctrl-C to everybody and npm passes it on as well, so what runs hears of the first one only.
 * @param {NodeJS.Signals} signal
 */
function stop(signal) {
  if (stopping) return;
  stopping = signal;
  current?.kill(signal);
}

/** @param {NodeJS.Signals} signal */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
