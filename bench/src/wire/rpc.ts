import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import { encodeFrame, RpcClient, type Head } from '@refundry/messaging';
import { ratiosOf, spreadOf, type Spread } from '../measuring/statistics.js';
import type { Options } from '../options.js';
import { startScript } from '../system/apps.js';
import { bareSubject, ourSubject } from './subjects.js';

export interface RpcResult {
  /** Round trips in a second. */
  readonly ours: Spread;
  readonly bare: Spread;
  readonly ratio: Spread;
}

type Ask = () => Promise<unknown>;

/** The headers of a request for the list page; the answer is the page. */
const head = (): Head => ({
  requestId: '2f1e9c40-7b0c-4a0e-9d53-1c8f1f6f7c11',
  deadline: Date.now() + 10_000,
  caller: { account: 1, scopes: ['oms:read'] },
  query: 'page_size=50',
  publicUrl: 'https://api.refundry.example/',
});

/**
 * Our RPC against the bare `request` and `respond` of nats.js: the same bytes, the same number in flight, turn by turn.
 */
export async function measureRpc(
  natsUrl: string,
  answer: string,
  { rounds, seconds, connections }: Options,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<RpcResult> {
  await startScript(
    'responder',
    fileURLToPath(new URL('responder.js', import.meta.url)),
    { NATS_URL: natsUrl, ANSWER: answer },
    cleanup,
  );
  const rpc = await RpcClient.open({ url: natsUrl, name: 'bench', limit: connections });
  cleanup.defer(() => rpc.close());
  const nats = await connect({ servers: natsUrl });
  cleanup.defer(() => nats.close());
  const asks: Record<'ours' | 'bare', Ask> = {
    ours: () => rpc.request(ourSubject, head()),
    bare: () => nats.request(bareSubject, encodeFrame(head()), { timeout: 10_000 }),
  };
  const seen: Record<keyof typeof asks, number[]> = { ours: [], bare: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of ['ours', 'bare'] as const) {
      signal.throwIfAborted();
      const perSecond = await roundTripsPerSecond(asks[side], connections, seconds);
      if (round > 0) seen[side].push(perSecond);
    }
  }
  return { ours: spreadOf(seen.ours), bare: spreadOf(seen.bare), ratio: ratiosOf(seen.ours, seen.bare) };
}

async function roundTripsPerSecond(ask: Ask, inFlight: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let answered = 0;
  const askUntilTheEnd = async (): Promise<void> => {
    for (; performance.now() < end; answered += 1) await ask();
  };
  await Promise.all(Array.from({ length: inFlight }, askUntilTheEnd));
  return answered / ((performance.now() - startedAt) / 1000);
}
