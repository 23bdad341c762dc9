import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { listSyncProblems, reportSync, startSync, type SyncProblem, type SyncReport } from '@refundry/contracts';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { follow } from './following.js';
import { withOms, type CallOms } from './oms.js';
import { CommandMessage, Unsuccessful } from './output.js';
import { ProgressDisplay, type Screen } from './progress-display.js';
import { exitCodeWithProblems, problemsText } from './problems-text.js';
import { durationText, totalText } from './progress-text.js';
import { stepOption, type StepOptions } from './step-option.js';

interface SyncOptions extends StepOptions {
  follow?: boolean;
  followOnly?: boolean;
  full?: boolean;
  json?: boolean;
}

const nowhere: Screen = { write: () => true };
const clock = { now: () => performance.now(), pause };

export function syncCommand(readConfig: () => CommandConfig): Command {
  return new Command('sync')
    .description('bring what Omnitron has over to an account, step by step')
    .requiredOption('--account <name>')
    .addOption(stepOption())
    .option('--full', 'compare everything with Omnitron, and take its version whatever its date')
    .option('--follow', 'show how far it is until it ends; Ctrl-C ends the showing only')
    .option('--follow-only', 'the same for a run that is under way, or else the last one; nothing is started')
    .action(action((options: SyncOptions) => sync(readConfig(), options)));
}

async function sync(config: CommandConfig, options: SyncOptions): Promise<CommandMessage> {
  const { id: account } = await administer(config, ({ accounts }) => accounts.named(options.account));
  return withOms(config, async (ask) => {
    const { account: name, step } = options;
    const { is_new: isNew } = options.followOnly
      ? { is_new: false }
      : await ask(startSync, { account, step, is_full: options.full ?? false });
    if (options.full && !isNew)
      throw new Error(`${step} of ${name} is running already, and not in full; wait for its end, or abort it.`);
    const started = new CommandMessage(`${step} of ${name} ${isNew ? 'has been started.' : 'is running already.'}`, {
      account: name,
      step,
      is_new: isNew,
    });
    if (!options.follow && !options.followOnly) return started;
    const display = new ProgressDisplay(options.json ? nowhere : process.stdout, clock.now);
    return followToItsEnd(ask, { account, started, display, options });
  });
}

interface FollowedStep {
  readonly account: number;
  readonly started: CommandMessage;
  readonly display: ProgressDisplay;
  readonly options: SyncOptions;
}

/** @throws Unsuccessful when the run fails, or nobody wants to see its end */
async function followToItsEnd(
  ask: CallOms,
  { account, started, display, options: { account: name, step, followOnly } }: FollowedStep,
): Promise<CommandMessage> {
  const begun = clock.now();
  const stopped = interruption(`No longer following; ${step} of ${name} goes on.`, started);
  if (!followOnly) display.say(started.sentence);
  try {
    const report = await follow({
      report: () => ask(reportSync, { account, step }),
      onReport: (standing) => {
        display.show(standing);
      },
      onSilence: () => {
        display.say('waiting for oms …');
      },
      stopped,
      clock,
    });
    display.end();
    const { problems } = await ask(listSyncProblems, { account, step });
    return ended(
      { account: name, step },
      { report, problems, seconds: (clock.now() - begun) / 1000 },
      { started, display },
    );
  } finally {
    display.end();
  }
}

interface Outcome {
  readonly report: SyncReport;
  readonly problems: readonly SyncProblem[];
  readonly seconds: number;
}

function ended(
  { account, step }: StepOptions,
  { report, problems, seconds }: Outcome,
  { started, display }: Pick<FollowedStep, 'started' | 'display'>,
): CommandMessage {
  const { state, error, levels } = report;
  const what = `${step} of ${account}`;
  const answer = { ...started.answer, state, error, seconds: Math.round(seconds * 10) / 10, levels, problems };
  if (state === 'READY') throw new Unsuccessful(`${what} has never run.`, answer);
  const total =
    `${what} ${state.toLowerCase()}: ` +
    `${totalText(report)}${started.answer.is_new === true ? `, in ${durationText(seconds)}` : ''}`;
  if (state === 'FINISHED' && problems.length === 0) return new CommandMessage(total, answer);
  if (levels.length > 0) display.say(total);
  if (state === 'FINISHED') throw new Unsuccessful(problemsText(step, problems), answer, exitCodeWithProblems);
  throw new Unsuccessful(error ?? `${what} was aborted.`, answer);
}

/** Rejects at Ctrl-C. A terminal sends it to everybody, and npm passes it on as well: only the first counts. */
function interruption(message: string, { answer }: CommandMessage): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        reject(new Unsuccessful(message, answer, 128 + constants.signals[signal]));
      });
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}
