import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { setupSteps } from '@refundry/contracts';
import { parse } from 'yaml';
import { gateway, services } from '../../tools/src/topology.js';
import { metrics } from './metrics.js';
import { complaintsOfExpression } from './promql.js';
import { readRules, recordedBy } from './rules.js';

const rules = readRules();
const alerts = rules.filter(({ alert }) => alert !== undefined);
const named = rules.map((rule) => ({ ...rule, name: rule.alert ?? rule.record ?? '' }));
const apps = [gateway, ...services];
const [, portOfImages] = /OPERATIONS_PORT=(\d+)/.exec(
  readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8'),
)!;

describe('an expression', () => {
  it.each([
    ['rate(http_request_seconds_count[5m]', "doesn't parse at 35"],
    ['rate(http_requests_seconds_count[5m])', 'http_requests_seconds_count is not shown by any app'],
    ['http_request_seconds', 'http_request_seconds is not shown by any app'],
    ['sum by (familly) (http_request_seconds_count)', 'familly is no label of what is asked for'],
    ['http_request_seconds_count{familly="oms"}', 'familly is no label of what is asked for'],
    ['up{route="x"}', 'route is no label of what is asked for'],
    ['rate(http_request_seconds_count)', 'rate is of a range'],
    [
      'histogram_quantile(0.99, sum by (family) (rate(http_request_seconds_bucket[5m])))',
      'histogram_quantile needs le',
    ],
  ])('%s is refused', (expression, complaint) => {
    expect(complaintsOfExpression(expression)).toContain(complaint);
  });
});

describe('the rules', () => {
  it.each(named)('$name asks for what apps show', ({ expr }) => {
    expect(complaintsOfExpression(expr, recordedBy(rules))).toEqual([]);
  });

  it('have every name once', () => {
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
  });

  it('miss no app', () => {
    const exprOf = (name: string): string => alerts.find(({ alert }) => alert === name)!.expr;
    for (const { name } of apps) expect(exprOf('AppGone')).toContain(`absent(up{app="${name}"})`);
    const everyApp = `up{app=~"${apps.map(({ name }) => name).join('|')}"}`;
    expect([exprOf('AppGone'), exprOf('ReplicaDown')]).toEqual([
      expect.stringContaining(everyApp),
      expect.stringContaining(everyApp),
    ]);
  });

  it("warn of the limit of memory that each app has in Kubernetes, which docker-compose's is no lower than", () => {
    const { expr } = alerts.find(({ alert }) => alert === 'MemoryGrows')!;
    const warned = [...expr.matchAll(/app=~"([^"]+)"\}\[6h\], 86400\) > (\d+) \*/g)].flatMap(([, names, limit]) =>
      names!.split('|').map((name) => [name, Number(limit)]),
    );
    const limited = apps.map(({ name }) => [
      name,
      Number(
        /limits: \{ memory: (\d+)Mi \}/.exec(
          readFileSync(join(import.meta.dirname, `../kubernetes/base/${name}.yaml`), 'utf8'),
        )?.[1],
      ),
    ]);
    expect(warned.sort()).toEqual(limited.sort());
    const compose = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
    expect(Number(/^x-app:[^]*?mem_limit: (\d+)m$/m.exec(compose)?.[1])).toBeGreaterThanOrEqual(
      Math.max(...limited.map(([, limit]) => Number(limit))),
    );
  });

  it('miss no step that is set up from Omnitron', () => {
    const { expr } = alerts.find(({ alert }) => alert === 'SyncStale')!;
    expect([...expr.matchAll(/step=~?"([^"]+)"/g)].flatMap(([, steps]) => steps!.split('|')).sort()).toEqual(
      [...setupSteps].sort(),
    );
  });
});

describe('the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/operations/watching.md'), 'utf8');

  it('says of every alert what to do, and of no other', () => {
    const [, whenItHurts = ''] = guide.split(/^## When it hurts$/m);
    expect([...whenItHurts.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading)).toEqual(
      alerts.map(({ alert }) => alert),
    );
  });

  it.each(alerts)('is where $alert leads', ({ alert, annotations }) => {
    expect(annotations!.runbook).toBe(`docs/operations/watching.md#${alert!.toLowerCase()}`);
  });
});

describe('the scrape configuration', () => {
  const configuration = parse(readFileSync(join(import.meta.dirname, 'scrape.yml'), 'utf8')) as {
    scrape_configs: {
      job_name: string;
      honor_labels: boolean;
      dns_sd_configs: { names: string[]; type: string; port: number }[];
      relabel_configs: { target_label: string; replacement: string }[];
    }[];
  };

  it('finds every replica of every app and names it as its own metrics do', () => {
    expect(configuration.scrape_configs).toEqual(
      apps.map(({ name }) => ({
        job_name: name,
        honor_labels: true,
        dns_sd_configs: [{ names: [name], type: 'A', port: Number(portOfImages) }],
        relabel_configs: [{ target_label: 'app', replacement: name }],
      })),
    );
  });
});

describe('the list of metrics', () => {
  it('has none that nobody asks for', () => {
    const asked = [
      ...rules.map(({ expr }) => expr),
      readFileSync(join(import.meta.dirname, '../grafana/refundry.json'), 'utf8'),
    ].join('\n');
    expect(
      Object.keys(metrics).filter((name) => !new RegExp(`\\b${name}(_count|_bucket|_sum)?\\b`).test(asked)),
    ).toEqual([]);
  });
});
