import type { SetupStep, SyncProblem } from '@refundry/contracts';

/** Exit code of a run that has finished and left rows out, or stored them without what they point to. */
export const exitCodeWithProblems = 3;

const maxShown = 20;

/** Step that brings the rows which others wait for. */
const stepOf: Readonly<Record<string, SetupStep>> = {
  channel: 'channels',
  country: 'addresses',
  city: 'addresses',
  township: 'addresses',
};

/** Problems of a step, one a line, and the step to run first where rows wait for another's. */
export function problemsText(step: SetupStep, problems: readonly SyncProblem[]): string {
  const lines = problems.slice(0, maxShown).map(({ level, omnitron_id: key, reason }) => `${level} ${key}: ${reason}`);
  const more = problems.length > maxShown ? [`… and ${problems.length - maxShown} more`] : [];
  const first = [...new Set(problems.map(({ waits_for: parent }) => stepOf[parent ?? '']))].filter(
    (needed) => needed !== undefined && needed !== step,
  );
  return [...lines, ...more, ...first.map((needed) => `Run --step ${needed} first, then --step ${step} again.`)].join(
    '\n',
  );
}
