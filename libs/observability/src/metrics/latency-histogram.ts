import type { Histogram } from 'prom-client';
import { ByLabels } from './by-labels.js';

/** In seconds; Prometheus' `le`. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** The form of a metric in prom-client's registry. */
type HistogramValue = Awaited<ReturnType<Histogram['get']>>['values'][number];

/**
 * A histogram of seconds. prom-client checks and hashes the labels of every value anew, which takes microseconds where a
 * request has a hundred; here a value is counted with what its labels were resolved to once.
 */
export class LatencyHistogram {
  readonly type = 'histogram';
  private readonly series: Series[] = [];
  private readonly byLabels = new ByLabels((values) => this.add(values));

  constructor(
    readonly name: string,
    readonly help: string,
    private readonly labelNames: readonly string[],
  ) {}

  /** The same recorder for the same labels. */
  recorder(values: readonly string[]): (seconds: number) => void {
    return this.byLabels.at(values);
  }

  /** For prom-client's registry. */
  get(): Promise<object> {
    const { name, help, type, series } = this;
    return Promise.resolve({ name, help, type, values: series.flatMap((one) => one.shown(name)) });
  }

  private add(values: readonly string[]): (seconds: number) => void {
    const series = new Series(Object.fromEntries(this.labelNames.map((label, index) => [label, values[index] ?? ''])));
    this.series.push(series);
    return (seconds) => {
      series.count(seconds);
    };
  }
}

/** The values of one set of labels. */
class Series {
  /** Each without those below it; the last has no bound. */
  private readonly counts = new Float64Array(bounds.length + 1);
  private sum = 0;

  constructor(private readonly labels: Readonly<Record<string, string>>) {}

  count(seconds: number): void {
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
  }

  shown(name: string): HistogramValue[] {
    const { labels, sum } = this;
    let below = 0;
    const buckets = [...this.counts].map((count, bucket) => ({
      metricName: `${name}_bucket`,
      labels: { le: bounds[bucket] ?? '+Inf', ...labels },
      value: (below += count),
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: below },
    ];
  }
}
