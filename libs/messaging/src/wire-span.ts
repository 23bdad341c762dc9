import { SpanKind } from '@opentelemetry/api';
import type { SpanDescription } from '@refundry/resource';

const wireSpan = (kind: SpanKind) => (subject: string) => (): SpanDescription => ({ name: subject, kind, attributes: { 'rpc.system.name': 'nats', 'rpc.method': subject } });

/** A question on the wire, as its asker sees it. */
export const askerSpan = wireSpan(SpanKind.CLIENT);
/** The same, as the service sees it. */
export const answererSpan = wireSpan(SpanKind.SERVER);
