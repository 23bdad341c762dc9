import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf } from '../measuring/cpu-time.js';
import { askAccounts } from '../system/apps.js';
import { storedRows } from './stored-rows.js';
import { subjectNames, type Subject } from './subject.js';
import type { SetupSystem } from './system.js';

const setupPath = '/api/v1/oms/setup/addresses';

/** How often the caller looks whether the job has ended: it sees the end so much later at the most. */
const lookEveryMs = 50;

/** What the caller reads of `last_run`. */
interface LastRun {
  readonly status: string;
  readonly started: string;
  readonly finished: string;
  readonly error: string | null;
}

/** Ours: a caller orders the step for an account that has nothing yet, and looks until it has ended. */
export function ourSetup(system: SetupSystem, signal: AbortSignal): Subject {
  const { oms, gateway, simulator, serverPids } = system;
  return {
    name: subjectNames.ours,
    cpuMicros: {
      oms: () => cpuMicrosOf(oms.pid),
      simulator: () => cpuMicrosOf(simulator.pid),
      postgres: () => cpuMicrosOf(serverPids.postgres),
      gateway: () => cpuMicrosOf(gateway.pid),
      nats: () => cpuMicrosOf(serverPids.nats),
    },
    prepare: async (round) => {
      const { id, token } = await newCaller(system, `bench-${round}`);
      let last: LastRun;
      return {
        run: async () => { last = await orderAndWait(gateway.url, token, signal); },
        outcome: async () => ({ rows: await storedRows(system, id), jobSeconds: (Date.parse(last.finished) - Date.parse(last.started)) / 1000 }),
      };
    },
  };
}

/** An account of its own with a token, and with the simulator as its Omnitron. */
async function newCaller({ operator, simulator, credentials }: SetupSystem, name: string): Promise<{ id: number; token: string }> {
  const { id } = await askAccounts<{ id: number }>(operator, 'account', 'create', '--name', name);
  const { token } = await askAccounts<{ token: string }>(operator, 'token', 'create', '--account', name);
  await askAccounts(operator, 'omnitron', 'set', '--account', name, '--url', simulator.url, '--username', credentials.username, '--password', credentials.password);
  return { id, token };
}

/** @throws one sentence when the job ends otherwise than FINISHED */
async function orderAndWait(gatewayUrl: string, token: string, signal: AbortSignal): Promise<LastRun> {
  const ask = async (method: 'GET' | 'POST', action: string): Promise<Response> => {
    signal.throwIfAborted();
    const response = await fetch(`${gatewayUrl}${setupPath}/${action}/`, { method, headers: { Authorization: `Token ${token}` } });
    if (!response.ok) throw new Error(`${method} ${action}/ of the address setup was answered with ${response.status} ${await response.text()}`);
    return response;
  };
  await ask('POST', 'execute');
  for (;;) {
    const last = await (await ask('GET', 'last_run')).json() as LastRun;
    if (last.status === 'FINISHED') return last;
    if (last.status !== 'WORKING') throw new Error(`The address setup ended as ${last.status}: ${last.error ?? 'nobody knows why'}`);
    await pause(lookEveryMs);
  }
}
