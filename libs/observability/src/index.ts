export { cutText } from './log/cut-text.js';
export { createLog, flushLog, NestLog } from './log/log.js';
export type { Log } from './log/log.js';
export { roundWarning, ThrottledWarning } from './log/throttled-warning.js';
export type { Gauge, Latency, Measure, Sample } from './metrics/measures.js';
export { Metrics } from './metrics/metrics.js';
export { recentReading } from './metrics/recent-reading.js';
export { timed } from './metrics/timed.js';
export type { Outcome } from './metrics/timed.js';
export {
  beginSpan,
  continued,
  currentSpan,
  currentTraceHeaders,
  noteFailure,
  traceComment,
  traced,
  within,
} from './tracing/spans.js';
export type { SpanDescription } from './tracing/spans.js';
export { readTraceContext, traceHeadersOf } from './tracing/trace-context.js';
export type { TraceHeaders } from './tracing/trace-context.js';
export { startTracing } from './tracing/tracing.js';
export type { Tracing } from './tracing/tracing.js';
