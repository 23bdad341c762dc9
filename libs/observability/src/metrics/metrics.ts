import { setTimeout as delay } from 'node:timers/promises';
import { SingleFlight } from '@refundry/concurrency';
import { collectDefaultMetrics, Counter, Gauge as PrometheusGauge, Histogram, Registry } from 'prom-client';
import type { Gauge, Measure } from './measures.js';
import { ByLabels } from './by-labels.js';

/** The time limit of a gauge; Prometheus waits ten seconds for all of them, unless it is told otherwise. */
const readMs = 2000;

/** Upper bounds of a latency's buckets, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** The values of some labels, in their order. */
type Values<L extends readonly string[]> = { readonly [Label in keyof L]: string };

const ignore = (): void => undefined;

/**
 * Counts and times what passes through an app, and shows it in Prometheus' format. Of each label there must be few
 * values.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly scrapes = new SingleFlight(() => this.registry.metrics());

  /** @param isOn whether anything is measured at all */
  constructor(
    app: string,
    readonly isOn = true,
  ) {
    this.registry.setDefaultLabels({ app });
    if (!isOn) return;
    collectDefaultMetrics({ register: this.registry });
    this.gauge({
      name: 'time_zone_data_info',
      help: 'The release of the time zone database that zones are looked up in',
      labelNames: ['release'],
      read: () => [{ labels: { release: process.versions.tz ?? 'none' }, value: 1 }],
    });
  }

  /**
   * A histogram of seconds.
   *
   * @returns a function that gives the recorder of one set of label values
   */
  latency<const L extends readonly string[]>(
    name: string,
    help: string,
    labelNames: L,
  ): (...values: Values<L>) => (seconds: number) => void {
    if (!this.isOn) return () => ignore;
    const histogram = new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
    const recorders = new ByLabels((values) => {
      const child = histogram.labels(...values);
      return (seconds: number) => {
        child.observe(seconds);
      };
    });
    return (...values) => recorders.at(values);
  }

  /**
   * A number that only grows.
   *
   * @returns a function that adds one to what a set of label values stands for
   */
  counter<const L extends readonly string[]>(
    name: string,
    help: string,
    labelNames: L,
  ): (...values: Values<L>) => void {
    if (!this.isOn) return ignore;
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    const children = new ByLabels((values) => counter.labels(...values));
    return (...values) => {
      children.at(values).inc();
    };
  }

  /** Values that can't be read in time are left out. */
  gauge<L extends string>({ name, help, labelNames, read }: Gauge<L>): void {
    if (!this.isOn) return;
    new PrometheusGauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        this.reset();
        // Without labels it would be 0 now, which nobody has read.
        if (labelNames.length === 0) this.remove();
        for (const { labels, value } of await soon(read)) this.set(labels, value);
      },
    });
  }

  /** Measures what a part of the app offers to be measured by. */
  measure(measure: Measure): void {
    if (!this.isOn) return;
    if ('read' in measure) {
      this.gauge(measure);
      return;
    }
    const latency = this.latency(measure.name, measure.help, measure.labelNames);
    measure.begin((seconds, ...labels) => {
      latency(...labels)(seconds);
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything as it is now. However many look at once, it is read once. */
  text(): Promise<string> {
    return this.scrapes.run();
  }
}

/** Nothing where it fails, or takes too long. */
async function soon<S>(read: () => Promise<readonly S[]> | readonly S[]): Promise<readonly S[]> {
  const given = new AbortController();
  const late = delay<readonly S[]>(readMs, [], { signal: given.signal, ref: false });
  late.catch(() => undefined);
  try {
    return await Promise.race([read(), late]);
  } catch {
    return [];
  } finally {
    given.abort();
  }
}
