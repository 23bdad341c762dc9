import { publicUrl } from '../page.js';
import { startSilentApp, type ServedApp } from './apps.js';
import { newCaller, type Caller } from './caller.js';
import { loadCancellationReasons } from './cancellation-reasons.js';
import { startInfrastructure, startBenchSystem, type BenchInfrastructure, type BenchSystem } from './infrastructure.js';
import { startNats } from './servers.js';

/** Refundry, running and filled. */
export interface System extends BenchInfrastructure, BenchSystem, Caller {
  /** A second gateway that logs nothing. */
  readonly silentGateway: ServedApp;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSystem(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<System> {
  const infrastructure = await startInfrastructure(startNats, cleanup, signal, say);
  say('Loading 100,000 cancellation reasons …');
  const caller = await newCaller(infrastructure.operator, 'bench');
  await loadCancellationReasons(infrastructure.omsDatabase.ownerUrl, infrastructure.postgres.url, caller.account);
  signal.throwIfAborted();
  const system = await startBenchSystem(infrastructure, cleanup, say);
  const silentGateway = await startSilentApp(
    'gateway',
    { NATS_URL: infrastructure.nats.url(), WIRE_KEY: infrastructure.shared.WIRE_KEY, PUBLIC_URL: publicUrl },
    cleanup,
  );
  return { ...infrastructure, ...system, ...caller, silentGateway };
}
