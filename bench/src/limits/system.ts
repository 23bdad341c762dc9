import { loadCancellationReasons } from '../system/cancellation-reasons.js';
import { newCaller, type Caller } from '../system/caller.js';
import { startGround, startHouse, type Ground, type House } from '../system/ground.js';
import { startNats } from '../system/servers.js';

/** Refundry, running, and accounts with so few rows that none is dearer than another. */
export interface LimitedSystem extends Ground, House {
  readonly callers: readonly Caller[];
}

const rows = 1000;

/** Starts everything; `cleanup` ends it, in reverse. @param limits the gateway's, in its environment. @throws Interrupted between two steps */
export async function startLimitedSystem(accounts: number, limits: NodeJS.ProcessEnv, cleanup: AsyncDisposableStack, signal: AbortSignal, say: (line: string) => void): Promise<LimitedSystem> {
  const ground = await startGround(startNats, cleanup, signal, say);
  say(`Loading ${rows} cancellation reasons for each of ${accounts} accounts …`);
  const callers: Caller[] = [];
  for (let number = 1; number <= accounts; number += 1) {
    const caller = await newCaller(ground.operator, `bench-${number}`);
    await loadCancellationReasons(ground.omsDatabase.ownerUrl, ground.postgres.url, caller.account, rows);
    callers.push(caller);
    signal.throwIfAborted();
  }
  return { ...ground, ...(await startHouse(ground, cleanup, say, limits)), callers };
}
