import { collectDefaultMetrics, Counter, Gauge as PrometheusGauge, Histogram, Registry } from 'prom-client';

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Something that is measured when somebody looks. */
export interface Gauge<L extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  readonly read: () => Promise<readonly { labels: Record<L, string>; value: number }[]>;
}

/** Counts and times what passes through an app, and shows it in Prometheus' format. */
export class Metrics {
  private readonly registry = new Registry();

  constructor(app: string) {
    this.registry.setDefaultLabels({ app });
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * A histogram of seconds, counted by labels.
   *
   * @returns a function that gives the recorder of one set of label values
   */
  latency<L extends string>(name: string, help: string, labelNames: readonly L[]): (labels: Record<L, string>) => (seconds: number) => void {
    const histogram = new Histogram({ name, help, labelNames, buckets: latencyBuckets, registers: [this.registry] });
    const recorders = new Map<string, (seconds: number) => void>();
    return (labels) => {
      const key = JSON.stringify(labels);
      let recorder = recorders.get(key);
      if (!recorder) {
        const child = histogram.labels(labels);
        recorder = (seconds) => { child.observe(seconds); };
        recorders.set(key, recorder);
      }
      return recorder;
    };
  }

  /** A count of what happened. @returns counts one more of a set of label values */
  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): (labels: Record<L, string>) => void {
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    return (labels) => { counter.inc(labels); };
  }

  /** What can't be read when it is looked at is left out. */
  gauge<L extends string>({ name, help, labelNames, read }: Gauge<L>): void {
    new PrometheusGauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const { labels, value } of await read().catch(() => [])) this.set(labels, value);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
