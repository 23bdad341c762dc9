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
}

const compiled = (app: AppName, file: string): string => fileURLToPath(new URL(`../../../apps/${app}/dist/${file}`, import.meta.url));

/** As the launcher starts them (tools/src/topology.ts). */
const nodeOptions: Partial<Record<AppName, string>> = { oms: '--max-semi-space-size=4', 'supplier-refund': '--max-semi-space-size=4' };

/** Starts an app as in production: it logs at `info`, and somebody reads what it logs. */
export const startApp = (app: AppName, env: NodeJS.ProcessEnv, cleanup: AsyncDisposableStack): Promise<ServedApp> =>
  startScript(app, compiled(app, 'main.js'), { ...env, NODE_OPTIONS: nodeOptions[app] }, cleanup);

/** Starts one of our scripts that says where it serves, as the apps do. */
export async function startScript(name: string, script: string, env: NodeJS.ProcessEnv, cleanup: AsyncDisposableStack): Promise<ServedApp> {
  const app = AppProcess.spawn({ name, script, env, keepLines: 100 });
  cleanup.defer(async () => { await app.stop(); });
  const { url = '' } = await app.ready();
  return { pid: app.pid!, url };
}

/** An app that logs nothing, so nothing tells that it is ready but its health. */
export async function startSilentApp(name: AppName, env: NodeJS.ProcessEnv, cleanup: AsyncDisposableStack): Promise<ServedApp> {
  const [port, operationsPort] = [await freePort(), await freePort()];
  const app = AppProcess.spawn({ name: `silent ${name}`, script: compiled(name, 'main.js'), env: { ...env, NODE_OPTIONS: nodeOptions[name], PORT: String(port), OPERATIONS_PORT: String(operationsPort), LOG_LEVEL: 'silent' } });
  cleanup.defer(async () => { await app.stop(); });
  while (!(await isReady(`http://127.0.0.1:${operationsPort}`))) {
    if (app.hasExited) throw new Error(app.epitaph());
    await pause(50);
  }
  return { pid: app.pid!, url: `http://127.0.0.1:${port}` };
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

/** What a command of the accounts' command line answers. */
export async function askAccounts<Answer>(env: NodeJS.ProcessEnv, ...command: string[]): Promise<Answer> {
  const { stdout } = await run(process.execPath, [compiled('accounts', 'cli.js'), ...command, '--json'], { env });
  return JSON.parse(stdout) as Answer;
}
