import { changeSchedule, listSchedules, type Schedule } from '@refundry/contracts';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { withOms } from './oms.js';
import { readSpan, spanText } from './span.js';
import { stepOption, type StepOptions } from './step-option.js';

interface ScheduleOptions extends StepOptions {
  every: number;
}

const never = 'off';
const minSeconds = 60;
const maxSeconds = 365 * 86_400;

const shown = ({ step, every_seconds: every, next }: Schedule) => ({
  step,
  every: every === 0 ? never : spanText(every),
  next,
});

export function scheduleCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('schedule').description("when an account's steps run by themselves");
  command
    .command('list')
    .description('every step that has a schedule')
    .requiredOption('--account <name>')
    .action(action(({ account }: { account: string }) => list(readConfig(), account)));
  command
    .command('set')
    .description('run a step about so often')
    .requiredOption('--account <name>')
    .addOption(stepOption())
    .requiredOption(
      '--every <span>',
      `from ${spanText(minSeconds)} to ${spanText(maxSeconds)}, such as 90s, 15m, 1h or 1d; ${never} for never`,
      readEvery,
    )
    .action(action((options: ScheduleOptions) => set(readConfig(), options)));
  return command;
}

async function list(config: CommandConfig, name: string) {
  const { id: account } = await administer(config, ({ accounts }) => accounts.named(name));
  const { schedules } = await withOms(config, (ask) => ask(listSchedules, { account }));
  return schedules.map(shown);
}

async function set(config: CommandConfig, { account: name, step, every }: ScheduleOptions) {
  const { id: account } = await administer(config, ({ accounts }) => accounts.named(name));
  const { schedules } = await withOms(config, async (ask) => {
    await ask(changeSchedule, { account, step, every_seconds: every });
    return ask(listSchedules, { account });
  });
  return { account: name, ...schedules.filter((schedule) => schedule.step === step).map(shown)[0] };
}

function readEvery(text: string): number {
  if (text === never) return 0;
  const seconds = readSpan(text);
  if (seconds === undefined || seconds < minSeconds || seconds > maxSeconds)
    throw new InvalidArgumentError(
      `It must be a span from ${minSeconds}s to ${spanText(maxSeconds)}, such as 15m, or ${never}.`,
    );
  return seconds;
}
