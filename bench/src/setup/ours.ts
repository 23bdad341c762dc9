import { cpuMicrosOf } from '../measuring/cpu-time.js';
import { callAccountsWith } from '../system/apps.js';
import { newCaller, type Caller } from '../system/caller.js';
import { connected } from '../system/connected.js';
import { orderAndWait, type LastRun } from './order.js';
import { settle, takeAwayRows } from './settle.js';
import { storedRows } from './stored-rows.js';
import { subjectNames, type Subject } from './subject.js';
import type { SetupSystem } from './system.js';

/** Is told of every caller whose step has ended, when the clock has stopped. */
export type OnEnded = (caller: Caller) => Promise<void>;

/** Ours: a caller orders the step for an account that has nothing of it yet, and looks until it has ended. */
export function ourSetup(
  system: SetupSystem,
  signal: AbortSignal,
  onEnded: OnEnded = () => Promise.resolve(),
): Subject {
  const { step, oms, gateway, simulator, serverPids } = system;
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
      await takeAwayRows(system);
      const caller = await newSetupCaller(system, `bench-${round}`);
      if (step.before) await orderAndWait(gateway.url, caller.token, step.before.name, signal);
      await settle(system);
      let last: LastRun;
      return {
        run: async () => {
          last = await orderAndWait(gateway.url, caller.token, step.name, signal);
        },
        outcome: async () => {
          const rows = await storedRows(system, caller.account);
          await onEnded(caller);
          return { rows, jobSeconds: (Date.parse(last.finished) - Date.parse(last.started)) / 1000 };
        },
      };
    },
  };
}

/** An account of its own with the simulator as its Omnitron, and with no runs but those that are ordered. */
async function newSetupCaller(
  { operator, simulator, credentials, omsDatabase }: SetupSystem,
  name: string,
): Promise<Caller> {
  const caller = await newCaller(operator, name);
  await callAccountsWith(
    credentials.password,
    operator,
    'omnitron',
    'set',
    '--account',
    name,
    '--url',
    simulator.url,
    '--username',
    credentials.username,
    '--password-stdin',
  );
  await connected(omsDatabase.ownerUrl, (owner) =>
    owner.query('delete from sync_schedule where account_id = $1', [caller.account]),
  );
  return caller;
}
