import { loadCancellationReasons } from '../system/cancellation-reasons.js';
import { newCaller, type Caller } from '../system/caller.js';
import {
  startInfrastructure,
  startBenchSystem,
  type BenchInfrastructure,
  type BenchSystem,
} from '../system/infrastructure.js';
import { startNats } from '../system/servers.js';

/** Refundry, running, and accounts with so few rows that none is dearer than another. */
export interface LimitedSystem extends BenchInfrastructure, BenchSystem {
  readonly callers: readonly Caller[];
}

const rows = 1000;

/**
 * Starts everything; `cleanup` ends it, in reverse.
 *
 * @param limits the gateway's, in its environment.
 * @throws Interrupted between two steps
 */
export async function startLimitedSystem(
  accounts: number,
  limits: NodeJS.ProcessEnv,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<LimitedSystem> {
  const infrastructure = await startInfrastructure(startNats, cleanup, signal, say);
  say(`Loading ${rows} cancellation reasons for each of ${accounts} accounts …`);
  const callers: Caller[] = [];
  for (let number = 1; number <= accounts; number += 1) {
    const caller = await newCaller(infrastructure.operator, `bench-${number}`);
    await loadCancellationReasons(
      infrastructure.omsDatabase.ownerUrl,
      infrastructure.postgres.url,
      caller.account,
      rows,
    );
    callers.push(caller);
    signal.throwIfAborted();
  }
  return { ...infrastructure, ...(await startBenchSystem(infrastructure, cleanup, say, limits)), callers };
}
