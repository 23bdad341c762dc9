import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mountedEndpoints } from '@refundry/contracts';
import type { ListEndpoint } from '@refundry/resource';
import { SeededAccount, keyOf } from '../system/seeded-account.js';
import { OwnCluster } from '../system/own-cluster.js';
import { PlanLog, type Plan } from '../system/plan-log.js';
import { everyService, RunningSystem } from '../system/running-system.js';

const lists = mountedEndpoints.filter((endpoint): endpoint is ListEndpoint => endpoint.kind === 'list');
const planLog = new PlanLog('read');

let cluster: OwnCluster;
let system: RunningSystem;
let account: SeededAccount;
let plans: readonly Plan[];

beforeAll(async () => {
  cluster = await OwnCluster.start(planLog.options);
  system = await RunningSystem.start({ services: everyService, cluster: cluster.url });
  account = await SeededAccount.seed(system, 1);
  for (const list of lists) await askEverything(list);
  plans = await planLog.until('the last statement', () => system.query('oms', "select 'the last statement'"));
}, 180_000);

afterAll(async () => {
  await system.stop();
  await cluster.remove();
});

type Filter = ListEndpoint['filters'][number];

const values: Record<Filter['kind'], string> = {
  integer: '7',
  'pk field': '7',
  string: 'a',
  email: 'a@example.com',
  url: 'http://a.example',
  boolean: 'true',
  datetime: '2023-07-04T10:30:31Z',
  'local datetime': '2017-01-01',
};

/** Every way to filter by it. */
function queriesOf({ name, kind, lookups }: Filter): string[] {
  const parameter = { exact: name, from: name, through: name, search: `${name}__icontains` } as Record<string, string>;
  return lookups.map((lookup) => `${parameter[lookup] ?? `${name}__${lookup}`}=${values[kind]}`);
}

/** Asks a list, its rows, and its files in every way there is, and in two ways at once. */
async function askEverything(list: ListEndpoint): Promise<void> {
  const path = await account.pathOf(list);
  const sortParameter = list.family === 'retail' ? 'ordering' : 'sort';
  const filters = list.filters.flatMap(queriesOf);
  const orders = list.sort.flatMap((field) => [`${sortParameter}=${field}`, `${sortParameter}=-${field}`]);
  const pages = [
    'page=1',
    'page=2&page_size=1',
    'page=300&page_size=1',
    'page=last',
    'page_size=7',
    'cursor=*',
    'cursor=*&page_size=1',
    'detail=1',
  ];
  const files = list.formats
    .filter((format) => format !== 'json' && format !== 'api')
    .flatMap((format) => [`format=${format}&page=1`, `format=${format}`]);
  const pairs = filters.flatMap((filter, index) => [
    `${filter}&${orders[index % orders.length] ?? ''}`,
    `${filter}&cursor=*`,
    `${filter}&page=last`,
    `${filter}&${filters[(index + 1) % filters.length] ?? ''}`,
  ]);
  for (const query of [
    '',
    ...filters,
    ...orders,
    ...pages,
    ...files,
    ...pairs,
    ...orders.flatMap((order) => [`${order}&cursor=*&page_size=1`, `${order}&page=last`]),
  ]) {
    const answer = await account.ask(list.family, 'GET', `${path}/?${query}`);
    // A page may not be there, which is found out by asking for it all the same.
    if (![200, 400, 404].includes(answer.status)) throw new Error(`${path}/?${query}: ${answer.status} ${answer.text}`);
    if (answer.status === 200 && query.includes('cursor')) await followOn(list, answer.json);
  }
  const [row] = await account.rows(list);
  if (row)
    await account.ask(list.family, 'GET', `${path.replace('/list-simple', '')}/${encodeURIComponent(keyOf(row))}/`);
}

async function followOn({ family }: ListEndpoint, json: unknown): Promise<void> {
  const { next } = (family === 'reservation' ? (json as { payload: unknown }).payload : json) as {
    next: string | null;
  };
  if (next) await account.ask(family, 'GET', next.replace(/^.*\/api\/(?:v1\/oms|reservation\/v1|v1)\//, ''));
}

/** How those begin that our own processes ask before they know whose anything is. */
const forAnybody = [
  // The owner of a credential.
  'select token.id, token.account_id, account.is_active',
  'select account.id, account.is_active, array_to_string(pair.',
  'select account.id, domain.is_active, token.id, token.sealed_token',
  'select client.id, client.account_id, account.is_active',
  // The accounts that have work waiting.
  'select account_id, id, coalesce(lease_until, started_date) from job',
  'select account_id, relation from row_change where account_id % 16 =',
  'select account_id, step, next_date from sync_schedule where next_date <=',
  'with recursive known(account_id) as ( (select account_id from event where',
  'with recursive known(account_id) as ( (select account_id from idempotent_request',
  'with recursive known(account_id) as ( (select account_id from inbox',
  'with recursive known(account_id) as ( (select account_id from manual_quote',
  'with recursive known(account_id) as ( (select account_id from outbox',
  'with recursive known(account_id) as ( (select account_id from refund_rules_draft',
  'with recursive known(account_id) as ( (select account_id from refund_rules_impact',
  'with recursive known(account_id) as ( (select account_id from waiver where',
  'with recursive known(account_id) as ( (select account_id from webhook_delivery',
  'with recursive known(account_id) as ( (select account_id from webhook',
  // The logs that a consumer in another service has not read to their end.
  'select account_id, position from event_position where account_id >',
  'select last.account_id, consumer.name from (select account_id, position from unnest(',
  // What an operator has to look at.
  'select account_id, consumer, event_id, version, occurred::text, attempts, ended_date::text, error from inbox',
  // How much of it there is, for the metrics.
  'select coalesce(extract(epoch from clock_timestamp() - (select min(coalesce(lease_until, next_attempt_date',
  'select greatest(0, coalesce(extract(epoch from clock_timestamp() - ( select min(publish_at) from refund_rules_draft',
  'select account_id, step, every_seconds, extract(epoch from clock_timestamp()',
  'select consumer, state, count(*), extract(epoch from clock_timestamp()',
  'select (select count(*) from (select from manual_quote where status',
  'select kind, state, count(*), extract(epoch from clock_timestamp()',
  `select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_date)), 0)
    from (select created_date from outbox`,
];

describe('the statements that are read without row-level security', () => {
  it('are planned with the account as a condition on every table, but for those that look for anybody’s', () => {
    const unscoped = new Set(
      plans
        .filter(({ unscoped }) => unscoped.length > 0)
        .map(({ statement }) => statement.replaceAll(/\s+/g, ' ').trim()),
    );
    expect(
      [...unscoped].filter((statement) => !forAnybody.some((beginning) => statement.startsWith(beginning))),
    ).toEqual([]);
    // A check that finds nothing at all would pass for ever.
    expect(unscoped.size).toBeGreaterThanOrEqual(4);
  });

  it('are of every list, filter, lookup, order, kind of page and cursor, and of every file', () => {
    expect(new Set(plans.map(({ statement }) => statement)).size).toBeGreaterThan(400);
  });
});
