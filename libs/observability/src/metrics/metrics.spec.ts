import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../index.js';

const lines = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

describe('a latency', () => {
  it('is counted by its labels', async () => {
    const metrics = new Metrics('oms');
    const latency = metrics.latency('seconds', 'Requests', ['subject', 'outcome']);
    for (const seconds of [0.001, 0.003, 30]) latency('a', 'ok')(seconds);
    latency('a', 'not_found')(0.5);
    expect(await lines(metrics, 'seconds_count')).toEqual([
      'seconds_count{app="oms",subject="a",outcome="ok"} 3',
      'seconds_count{app="oms",subject="a",outcome="not_found"} 1',
    ]);
    expect(await lines(metrics, 'seconds_bucket{le="0.0025",app="oms",subject="a",outcome="ok"}')).toEqual([
      'seconds_bucket{le="0.0025",app="oms",subject="a",outcome="ok"} 1',
    ]);
    expect(await lines(metrics, 'seconds_bucket{le="60",app="oms",subject="a",outcome="ok"}')).toEqual([
      'seconds_bucket{le="60",app="oms",subject="a",outcome="ok"} 3',
    ]);
  });

  it('gives the same recorder for the same labels', () => {
    const latency = new Metrics('oms').latency('seconds', 'Requests', ['subject']);
    expect(latency('a')).toBe(latency('a'));
    expect(latency('a')).not.toBe(latency('b'));
  });

  it('keeps labels apart that only look alike put together', async () => {
    const metrics = new Metrics('oms');
    const latency = metrics.latency('seconds', 'Requests', ['route', 'agent']);
    latency('a b', 'c')(1);
    latency('a', 'b c')(1);
    expect(await lines(metrics, 'seconds_count')).toHaveLength(2);
  });

  it('is of its own app only', async () => {
    const [oms, gateway] = [new Metrics('oms'), new Metrics('gateway')];
    oms.latency('seconds', 'Requests', ['subject'])('a')(1);
    gateway.latency('seconds', 'Requests', ['subject']);
    expect(await lines(gateway, 'seconds_count')).toEqual([]);
    expect(await lines(oms, 'seconds_count')).toHaveLength(1);
  });

  it('may come from a part of the app that knows nothing of metrics', async () => {
    const metrics = new Metrics('oms');
    metrics.measure({
      name: 'seconds',
      help: 'Reads',
      labelNames: ['connection'],
      begin: (record) => {
        record(0.5, 'even');
      },
    });
    expect(await lines(metrics, 'seconds_sum')).toEqual(['seconds_sum{app="oms",connection="even"} 0.5']);
  });
});

describe('a counter', () => {
  it('counts by its labels', async () => {
    const metrics = new Metrics('gateway');
    const refused = metrics.counter('refused_total', 'Refused', ['reason']);
    for (const reason of ['throttled', 'overloaded', 'throttled']) refused(reason);
    expect(await lines(metrics, 'refused_total')).toEqual([
      'refused_total{reason="throttled",app="gateway"} 2',
      'refused_total{reason="overloaded",app="gateway"} 1',
    ]);
  });
});

describe('an app', () => {
  it('shows the release of its time zone data', async () => {
    expect(await lines(new Metrics('oms'), 'time_zone_data_info')).toEqual([
      `time_zone_data_info{release="${process.versions.tz ?? ''}",app="oms"} 1`,
    ]);
  });
});

describe('a gauge', () => {
  it('is what it is when somebody looks, and nothing that was', async () => {
    const metrics = new Metrics('oms');
    const jobs = new Map([['a', 1]]);
    metrics.gauge({
      name: 'jobs',
      help: 'Jobs',
      labelNames: ['kind'],
      read: () => [...jobs].map(([kind, value]) => ({ labels: { kind }, value })),
    });
    expect(await lines(metrics, 'jobs')).toEqual(['jobs{kind="a",app="oms"} 1']);
    jobs.clear();
    jobs.set('b', 2);
    expect(await lines(metrics, 'jobs')).toEqual(['jobs{kind="b",app="oms"} 2']);
  });

  it('is left out when it can not be read, and keeps no other from being shown', async () => {
    const metrics = new Metrics('oms');
    metrics.gauge({
      name: 'failing',
      help: 'x',
      labelNames: [],
      read: () => Promise.reject(new Error('PostgreSQL is away')),
    });
    metrics.gauge({
      name: 'throwing',
      help: 'x',
      labelNames: [],
      read: () => {
        throw new Error('PostgreSQL is away');
      },
    });
    metrics.gauge({ name: 'silent', help: 'x', labelNames: [], read: () => new Promise<never>(() => undefined) });
    metrics.gauge({ name: 'there', help: 'x', labelNames: [], read: () => [{ labels: {}, value: 1 }] });
    expect(
      (await metrics.text()).split('\n').filter((line) => /^(?:failing|throwing|silent|there)/.test(line)),
    ).toEqual(['there{app="oms"} 1']);
  });

  it('is read once for all who look at the same time', async () => {
    const metrics = new Metrics('oms');
    let reads = 0;
    metrics.gauge({ name: 'reads', help: 'x', labelNames: [], read: () => [{ labels: {}, value: (reads += 1) }] });
    const [one, other] = await Promise.all([metrics.text(), metrics.text()]);
    expect([one, reads]).toEqual([other, 1]);
    await metrics.text();
    expect(reads).toBe(2);
  });
});

describe('metrics that are off', () => {
  it('measure nothing and ask nobody', async () => {
    const metrics = new Metrics('oms', false);
    const asked = (): never => {
      throw new Error('somebody was asked');
    };
    metrics.latency('seconds', 'x', ['subject'])('a')(1);
    metrics.counter('refused_total', 'x', ['reason'])('throttled');
    metrics.gauge({ name: 'jobs', help: 'x', labelNames: [], read: asked });
    metrics.measure({ name: 'others', help: 'x', labelNames: [], begin: asked });
    expect(await metrics.text()).toBe('\n');
  });
});
