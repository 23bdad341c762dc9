import { say } from './progress.js';
import { ofCheck, type TestTotals } from './test-totals.js';
import { runTool } from './toolbox.js';

interface Check {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** The scripts `lint`, `lint:imports` and `typecheck` of package.json, and whether `format` would change anything. */
const checks: readonly Check[] = [
  { name: 'lint', tool: 'oxlint', args: [] },
  {
    name: 'import rules',
    tool: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'libs', 'apps', 'tools', 'bench', 'e2e', 'deploy'],
  },
  { name: 'types', tool: 'tsc', args: ['-b'] },
  { name: 'format', tool: 'prettier', args: ['--check', '--cache', '--log-level', 'warn', '.'] },
];

/**
 * Runs what can be said about the sources without running them; side by side, for none of them uses more than one core.
 */
export function runChecks(): Promise<TestTotals[]> {
  return Promise.all(checks.map(runCheck));
}

async function runCheck({ name, tool, args }: Check): Promise<TestTotals> {
  const begun = performance.now();
  const { succeeded, output } = await runTool(tool, args);
  heading(name, succeeded, begun);
  if (!succeeded) say(output.trimEnd());
  return ofCheck(succeeded);
}

/** The line above what a step has to say. */
export function heading(name: string, succeeded: boolean, begun: number): void {
  say(`== ${name}: ${succeeded ? 'passed' : 'FAILED'} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
