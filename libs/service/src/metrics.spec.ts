import { describe, expect, it } from '@jest/globals';
import { Metrics } from './index.js';

const lines = async (metrics: Metrics, name: string): Promise<string[]> => (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

describe('a latency', () => {
  it('is counted by its labels', async () => {
    const metrics = new Metrics('oms');
    const latency = metrics.latency('seconds', 'Requests', ['subject', 'outcome']);
    for (const seconds of [0.001, 0.003, 30]) latency({ subject: 'a', outcome: 'ok' })(seconds);
    latency({ outcome: 'not_found', subject: 'a' })(0.5);
    expect(await lines(metrics, 'seconds_count')).toEqual(['seconds_count{app="oms",subject="a",outcome="ok"} 3', 'seconds_count{app="oms",outcome="not_found",subject="a"} 1']);
    expect(await lines(metrics, 'seconds_bucket{le="0.0025",app="oms",subject="a",outcome="ok"}')).toEqual(['seconds_bucket{le="0.0025",app="oms",subject="a",outcome="ok"} 1']);
    expect(await lines(metrics, 'seconds_bucket{le="60",app="oms",subject="a",outcome="ok"}')).toEqual(['seconds_bucket{le="60",app="oms",subject="a",outcome="ok"} 3']);
  });

  it('gives the same recorder for the same labels', () => {
    const latency = new Metrics('oms').latency('seconds', 'Requests', ['subject']);
    expect(latency({ subject: 'a' })).toBe(latency({ subject: 'a' }));
    expect(latency({ subject: 'a' })).not.toBe(latency({ subject: 'b' }));
  });

  it('keeps labels apart that only look alike put together', async () => {
    const metrics = new Metrics('oms');
    const latency = metrics.latency('seconds', 'Requests', ['route', 'agent']);
    latency({ route: 'a b', agent: 'c' })(1);
    latency({ route: 'a', agent: 'b c' })(1);
    expect(await lines(metrics, 'seconds_count')).toHaveLength(2);
  });

  it('is of its own app only', async () => {
    const [oms, gateway] = [new Metrics('oms'), new Metrics('gateway')];
    oms.latency('seconds', 'Requests', ['subject'])({ subject: 'a' })(1);
    gateway.latency('seconds', 'Requests', ['subject']);
    expect(await lines(gateway, 'seconds_count')).toEqual([]);
    expect(await lines(oms, 'seconds_count')).toHaveLength(1);
  });
});
