import { SpanKind } from '@opentelemetry/api';
import type { SpanDescription } from '@refundry/observability';

const postgres = { 'db.system.name': 'postgresql' };

/** A read on a read connection. Its text holds no values: they travel beside it. */
export const readSpan = (connection: string, text: string) => (): SpanDescription => ({
  name: `lane ${connection}`,
  kind: SpanKind.CLIENT,
  attributes: { ...postgres, 'db.query.text': text },
});

/** All of a transaction, the wait for a connection included. */
export const transactionSpan = (): SpanDescription => ({
  name: 'transaction',
  kind: SpanKind.CLIENT,
  attributes: postgres,
});
