import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../log/log.js';

const everyMs = 1000;
const exportMs = 5000;
/** Longest wait of a shutdown for the collector. */
const farewellMs = 2000;

/**
 * Exports the spans that are begun from now on: all of them, because the gateway begins none for a request that is not
 * sampled. While nobody takes them, a few thousand are kept and the rest is dropped.
 *
 * @returns ends it
 */
export function exportSpans(app: string, endpoint: string, log: Log): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: exportMs });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': app,
      'service.namespace': 'refundry',
      'service.instance.id': crypto.randomUUID(),
    }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OutageReporter(exporter, log),
        scheduledDelayMillis: everyMs,
        exportTimeoutMillis: exportMs,
      }),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  return async () => {
    trace.disable();
    await Promise.race([provider.shutdown().catch(() => undefined), delay(farewellMs, undefined, { ref: false })]);
  };
}

/** Says once that spans are lost, and once that they no longer are. */
class OutageReporter implements SpanExporter {
  private isLosing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(...[spans, done]: Parameters<SpanExporter['export']>): void {
    this.exporter.export(spans, (result) => {
      const isLost = result.error !== undefined;
      if (isLost && !this.isLosing)
        this.log.warn({ err: result.error }, 'traces can not be exported; spans are dropped until they can');
      if (!isLost && this.isLosing) this.log.info('traces are exported again');
      this.isLosing = isLost;
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
