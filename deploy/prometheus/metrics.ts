import { gateway, services as declaredServices } from '../../tools/src/topology.js';

/** A metric as an app shows it, of which the label `app` is left out. */
interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** The apps that show it, once they have something to show. */
  readonly of: readonly string[];
}

const services = declaredServices.map(({ name }) => name);
const everyApp = [gateway.name, ...services];
const withOutbox = declaredServices.filter(({ hasEvents }) => hasEvents).map(({ name }) => name);
const withJobs = ['oms', 'reservation-refund'];
const withInbox = declaredServices.filter(({ hasConsumers }) => hasConsumers).map(({ name }) => name);

/**
 * Every metric that the dashboard and the alerts may ask for. `e2e/platform/metrics.spec.ts` finds them in
 * running apps.
 */
export const metrics: Readonly<Record<string, Metric>> = {
  http_request_seconds: { type: 'histogram', labels: ['family', 'method', 'route', 'status'], of: ['gateway'] },
  http_requests_in_flight: { type: 'gauge', labels: [], of: ['gateway'] },
  http_requests_refused_total: { type: 'counter', labels: ['reason'], of: ['gateway'] },
  wire_call_seconds: { type: 'histogram', labels: ['service', 'outcome'], of: ['gateway'] },
  wire_request_seconds: { type: 'histogram', labels: ['subject', 'outcome'], of: services },
  wire_requests_in_flight: { type: 'gauge', labels: [], of: services },
  dependency_up: { type: 'gauge', labels: ['dependency'], of: everyApp },
  postgres_pool_connections: { type: 'gauge', labels: ['state'], of: services },
  lane_query_seconds: { type: 'histogram', labels: ['connection', 'outcome'], of: services },
  clock_skew_seconds: { type: 'gauge', labels: [], of: services },
  caller_clock_skew_seconds: { type: 'gauge', labels: [], of: services },
  time_zone_data_info: { type: 'gauge', labels: ['release'], of: everyApp },
  jobs: { type: 'gauge', labels: ['kind', 'state'], of: withJobs },
  job_oldest_seconds: { type: 'gauge', labels: ['kind'], of: withJobs },
  outbox_messages: { type: 'gauge', labels: [], of: withOutbox },
  outbox_oldest_seconds: { type: 'gauge', labels: [], of: withOutbox },
  sync_last_success_age_seconds: { type: 'gauge', labels: ['account', 'step'], of: ['oms'] },
  upstream_request_seconds: { type: 'histogram', labels: ['outcome'], of: ['oms'] },
  webhook_attempt_seconds: { type: 'histogram', labels: ['outcome'], of: withOutbox },
  webhook_oldest_due_seconds: { type: 'gauge', labels: [], of: withOutbox },
  webhooks_disabled: { type: 'gauge', labels: [], of: withOutbox },
  rules_publication_oldest_due_seconds: { type: 'gauge', labels: [], of: ['reservation-refund'] },
  rules_drafts_refused: { type: 'gauge', labels: [], of: ['reservation-refund'] },
  manual_quotes_unanswered: { type: 'gauge', labels: [], of: ['reservation-refund'] },
  manual_quotes_overdue: { type: 'gauge', labels: [], of: ['reservation-refund'] },
  inbox_events: { type: 'gauge', labels: ['consumer', 'state'], of: withInbox },
  inbox_oldest_seconds: { type: 'gauge', labels: ['consumer'], of: withInbox },
  inbox_compared_seconds: { type: 'gauge', labels: ['publisher'], of: withInbox },
  inbox_gaps: { type: 'gauge', labels: [], of: withInbox },
  process_cpu_seconds_total: { type: 'counter', labels: [], of: everyApp },
  process_resident_memory_bytes: { type: 'gauge', labels: [], of: everyApp },
  process_start_time_seconds: { type: 'gauge', labels: [], of: everyApp },
  process_open_fds: { type: 'gauge', labels: [], of: everyApp },
  nodejs_eventloop_lag_p99_seconds: { type: 'gauge', labels: [], of: everyApp },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], of: everyApp },
  nodejs_external_memory_bytes: { type: 'gauge', labels: [], of: everyApp },
  nodejs_gc_duration_seconds: { type: 'histogram', labels: ['kind'], of: everyApp },
};

/** The series that a metric consists of, with the labels of each. */
export function seriesOf(name: string, { type, labels }: Metric): [string, readonly string[]][] {
  if (type !== 'histogram') return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, 'le']],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}
