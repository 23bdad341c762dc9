import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { recordedBy, readRules } from '../prometheus/rules.js';
import { complaintsOfExpression } from '../prometheus/promql.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly datasource: { readonly uid: string };
  }[];
}

interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}

const dashboard = JSON.parse(readFileSync(join(import.meta.dirname, 'refundry.json'), 'utf8')) as Dashboard;
const graphs = dashboard.panels.filter(({ type }) => type !== 'row');
const recorded = recordedBy(readRules());

/** The values that Grafana inserts for its variables. */
const filledIn = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '1m').replaceAll('$app', '.*');

describe('the dashboard', () => {
  it('has a row for everything that is watched', () => {
    expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Traffic and errors',
      'Latency',
      'Saturation',
      'The wire',
      'PostgreSQL',
      'Jobs, outbox, Omnitron',
      'Webhooks',
      'Manual quotes',
      'Inboxes',
      'Processes',
      'Refund rules',
    ]);
  });

  it.each(graphs)('asks in "$title" for what apps show', ({ targets }) => {
    expect(targets).not.toEqual([]);
    expect(targets!.flatMap(({ expr }) => complaintsOfExpression(filledIn(expr), recorded))).toEqual([]);
  });

  it('uses the variables it declares, and no others', () => {
    const used = new Set([...JSON.stringify(dashboard.panels).matchAll(/\$\{?(?!__)(\w+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(dashboard.templating.list.map(({ name }) => name).sort());
  });

  it('asks the data source that is chosen', () => {
    for (const { datasource, targets } of graphs)
      for (const { uid } of [datasource!, ...targets!.map((target) => target.datasource)])
        expect(uid).toBe('${datasource}');
  });

  it('has every panel once, beside the others', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const covered = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(covered).size).toBe(covered.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});
