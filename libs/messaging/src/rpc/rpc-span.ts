import { SpanKind } from '@opentelemetry/api';
import type { SpanDescription } from '@refundry/observability';

const rpcSpan = (kind: SpanKind) => (subject: string) => (): SpanDescription => ({
  name: subject,
  kind,
  attributes: { 'rpc.system.name': 'nats', 'rpc.method': subject },
});

/** A question over RPC, as its client sees it. */
export const clientSpan = rpcSpan(SpanKind.CLIENT);
/** The same, as the service sees it. */
export const serverSpan = rpcSpan(SpanKind.SERVER);
