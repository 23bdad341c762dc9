import type { Log } from '../log/log.js';

/** Exports the spans of this process. */
export interface Tracing {
  /** Whether spans are exported at all. */
  readonly isOn: boolean;
  /** Exports what there is, if that doesn't take long, and no more from then on. */
  stop(): Promise<void>;
}

const noTracing: Tracing = { isOn: false, stop: () => Promise.resolve() };

/**
 * Exports the app's spans by OTLP over HTTP. Without an endpoint there is none, and nothing of OpenTelemetry's SDK is
 * loaded.
 *
 * @param endpoint below which `v1/traces` takes them
 */
export async function startTracing(app: string, endpoint: string | undefined, log: Log): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { exportSpans } = await import('./export-spans.js');
  return { isOn: true, stop: exportSpans(app, endpoint, log) };
}
