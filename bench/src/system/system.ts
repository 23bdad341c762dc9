import { publicUrl } from '../page.js';
import { startSilentApp, type ServedApp } from './apps.js';
import { newCaller, type Caller } from './caller.js';
import { loadCancellationReasons } from './cancellation-reasons.js';
import { startGround, startHouse, type Ground, type House } from './ground.js';
import { startNats } from './servers.js';

/** Refundry, running and filled. */
export interface System extends Ground, House, Caller {
  /** A second gateway that logs nothing. */
  readonly silentGateway: ServedApp;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSystem(cleanup: AsyncDisposableStack, signal: AbortSignal, say: (line: string) => void): Promise<System> {
  const ground = await startGround(startNats, cleanup, signal, say);
  say('Loading 100,000 cancellation reasons …');
  const caller = await newCaller(ground.operator, 'bench');
  await loadCancellationReasons(ground.omsDatabase.ownerUrl, ground.postgres.url, caller.account);
  signal.throwIfAborted();
  const house = await startHouse(ground, cleanup, say);
  const silentGateway = await startSilentApp('gateway', { NATS_URL: ground.nats.url(), WIRE_KEY: ground.shared.WIRE_KEY, PUBLIC_URL: publicUrl }, cleanup);
  return { ...ground, ...house, ...caller, silentGateway };
}
