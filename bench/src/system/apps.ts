import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppProcess, freePort } from '@refundry/testing';

const run = promisify(execFile);

type AppName = 'accounts' | 'oms' | 'supplier-refund' | 'reservation-refund' | 'gateway' | 'omnitron-simulator';

/** A running process of which the CPU time can be read, and where it serves HTTP, if it does. */
export interface ServedApp {
  readonly pid: number;
  readonly url: string;
  /** The address of its metrics, if it has some. */
  readonly operations: string;
}

/** Gets every line that an app logs. */
export type Listener = (line: string) => void;

const compiled = (app: AppName, file: string): string =>
  fileURLToPath(new URL(`../../../apps/${app}/dist/${file}`, import.meta.url));

/** As the launcher starts them (tools/src/topology.ts). */
const nodeOptions: Partial<Record<AppName, string>> = {
  gateway: '--max-semi-space-size=16',
  oms: '--max-semi-space-size=4',
  'supplier-refund': '--max-semi-space-size=4',
};

/** One caller asks for as much as there is, which is what most benchmarks measure; those of limits say theirs. */
const unlimited = {
  REQUESTS_PER_SECOND: '0',
  OPEN_REQUESTS_PER_SECOND: '0',
  REFUSED_CREDENTIALS_PER_SECOND: '0',
  MAX_REQUESTS_IN_FLIGHT: '1000',
  MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT: '1000',
  REQUESTS_WORKED_ON_PER_ACCOUNT: '1000',
};
const ordinary: Partial<Record<AppName, NodeJS.ProcessEnv>> = { gateway: unlimited };

/** Starts an app as in production, but for the limits: it logs at `info`, and somebody reads what it logs. */
export const startApp = (
  app: AppName,
  env: NodeJS.ProcessEnv,
  cleanup: AsyncDisposableStack,
  listener?: Listener,
): Promise<ServedApp> =>
  startScript(
    app,
    compiled(app, 'main.js'),
    { ...ordinary[app], ...env, NODE_OPTIONS: [nodeOptions[app], env.NODE_OPTIONS].join(' ') },
    cleanup,
    listener,
  );

/** Starts one of our scripts that says where it serves, as the apps do. */
export async function startScript(
  name: string,
  script: string,
  env: NodeJS.ProcessEnv,
  cleanup: AsyncDisposableStack,
  listener?: Listener,
): Promise<ServedApp> {
  const app = AppProcess.spawn({ name, script, env, keepLines: 100, ...(listener && { log: listener }) });
  cleanup.defer(async () => {
    await app.stop();
  });
  const { url = '', operations = '' } = await app.ready();
  return { pid: app.pid!, url, operations };
}

/** An app that logs nothing, so nothing tells that it is ready but its health. */
export async function startSilentApp(
  name: AppName,
  env: NodeJS.ProcessEnv,
  cleanup: AsyncDisposableStack,
): Promise<ServedApp> {
  const [port, operationsPort] = [await freePort(), await freePort()];
  const app = AppProcess.spawn({
    name: `silent ${name}`,
    script: compiled(name, 'main.js'),
    env: {
      ...ordinary[name],
      ...env,
      NODE_OPTIONS: nodeOptions[name],
      PORT: String(port),
      OPERATIONS_PORT: String(operationsPort),
      LOG_LEVEL: 'silent',
    },
  });
  cleanup.defer(async () => {
    await app.stop();
  });
  while (!(await isReady(`http://127.0.0.1:${operationsPort}`))) {
    if (app.hasExited) throw new Error(app.exitSummary());
    await pause(50);
  }
  return { pid: app.pid!, url: `http://127.0.0.1:${port}`, operations: `http://127.0.0.1:${operationsPort}` };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

export async function migrateDatabaseOf(app: AppName, ownerUrl: string): Promise<void> {
  await run(process.execPath, [compiled(app, 'main.js'), 'migrate'], { env: { DATABASE_OWNER_URL: ownerUrl } });
}

/** The answer of a command of the accounts' command line. */
export const callAccounts = <Answer>(env: NodeJS.ProcessEnv, ...command: readonly string[]): Promise<Answer> =>
  callAccountsWith(undefined, env, ...command);

/** The same with a standard input. */
export async function callAccountsWith<Answer>(
  input: string | undefined,
  env: NodeJS.ProcessEnv,
  ...command: readonly string[]
): Promise<Answer> {
  const answer = run(process.execPath, [compiled('accounts', 'cli.js'), ...command, '--json'], { env });
  answer.child.stdin?.end(input);
  return JSON.parse((await answer).stdout) as Answer;
}
