import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reasonsPath, type Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { documented } from '../system/documents.js';
import { sendRaw, type Answer } from '../system/http.js';
import { omit } from '../system/omit.js';
import { ofUpstream, upstreamReason, upstreamReasons, type Reason, type ReasonPage } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: Client;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' });
});

afterAll(() => system.leave());

const doubled = '/api/v1/oms/api/v1/oms/cancellation-reasons/';
const setOf = (header: string | undefined): Set<string> => new Set(header?.split(/, ?/));
const microseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

describe("the document's two reasons", () => {
  const printed = JSON.parse(documented('oms-cancellation-reasons/list.json')) as ReasonPage;

  beforeAll(async () => {
    await system.simulator.setReasons(
      printed.results.map(({ omnitron_id, ordering, ...reason }) =>
        upstreamReason(omnitron_id, { ...reason, order: ordering }),
      ),
    );
    await client.pull();
  });

  it('are listed as the document prints them, apart from ids, dates and the host', async () => {
    const page = await client.page();
    expect(Object.keys(page)).toEqual(Object.keys(printed));
    expect(page).toMatchObject({ count: 2, next: null, previous: null });
    expect(page.results.map((reason) => Object.keys(reason))).toEqual(
      printed.results.map((reason) => Object.keys(reason)),
    );
    expect(page.results.map(withoutOurs)).toEqual(printed.results.map(withoutOurs));
  });

  it('are answered one by one as the document prints it', async () => {
    const printedOne = JSON.parse(documented('oms-cancellation-reasons/detail.json')) as Reason;
    const { id } = ofUpstream(await client.reasons(), printedOne.omnitron_id);
    const one = (await client.get(`${id}/`)).json as Reason;
    expect(Object.entries(withoutOurs(one))).toEqual(Object.entries(withoutOurs(printedOne)));
    expect(one.id).toBe(id);
  });

  it('keep their Turkish letters as they are', async () => {
    const { text } = await client.get();
    expect(text).toContain('"subject":"Yanlış ürün aldım."');
    expect(text).toContain('"subject":"Ürünü satın almaktan vazgeçtim."');
  });

  it('carry our own dates, to the microsecond that the database holds', async () => {
    const rows = await queryDatabase<{ id: number; created: string; modified: string }>(
      system.databases.oms.ownerUrl,
      `
      select reason.id::integer, to_char(created_date at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created,
        to_char(modified_date at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as modified
      from cancellation_reason reason where account_id = $1 order by id`,
      [await system.accountId(client.account)],
    );
    const answered = (await client.reasons('?sort=id')).map(({ id, created_date, modified_date }) => ({
      id,
      created: created_date,
      modified: modified_date,
    }));
    expect(answered).toEqual(rows);
    for (const { created, modified } of answered)
      expect([created, modified]).toEqual([expect.stringMatching(microseconds), expect.stringMatching(microseconds)]);
    expect(answered.map(({ created }) => created)).not.toEqual(printed.results.map((reason) => reason.created_date));
  });
});

describe('answers', () => {
  beforeAll(() => haveReasons(12));

  it.each(['GET', 'POST'])('of a pull by %s are an empty object that nobody may store', async (method) => {
    const answer = await client.request(method, 'pull_from_omnitron/');
    expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, '{}', 'no-store']);
  });

  it('name the allowed methods', async () => {
    const { id } = (await client.page()).results[0]!;
    for (const path of ['', `${id}/`])
      expect(setOf((await client.get(path)).headers.allow)).toEqual(new Set(['GET', 'HEAD', 'OPTIONS']));
    expect(setOf((await client.pull()).headers.allow)).toEqual(new Set(['GET', 'POST', 'HEAD', 'OPTIONS']));
  });

  it('are JSON without a charset, private, and each with an id of its own', async () => {
    const answers = await Promise.all(['', '1/', '?page=99', '?id__gt=abc'].map((path) => client.get(path)));
    for (const { headers } of answers) expect(headers['content-type']).toBe('application/json');
    for (const { headers } of answers.slice(0, 2)) expect(headers['cache-control']).toMatch(/^(private|no-store)$/);
    const requestIds = answers.map(({ headers }) => String(headers['x-request-id']));
    expect(new Set(requestIds).size).toBe(answers.length);
    for (const requestId of requestIds) expect(requestId).not.toBe('undefined');
  });

  it('to HEAD are those to GET without the body', async () => {
    for (const path of ['', `${(await client.page()).results[0]!.id}/`, '999999/']) {
      const [get, head] = [await client.get(path), await client.request('HEAD', path)];
      expect(head.text).toBe('');
      expect([head.status, lasting(head)]).toEqual([get.status, lasting(get)]);
    }
  });

  it('are the same with and without the last slash', async () => {
    const { id } = (await client.page()).results[0]!;
    for (const path of [reasonsPath, `${reasonsPath}${id}/`, `${reasonsPath}pull_from_omnitron/`, `${doubled}${id}/`]) {
      const [withSlash, without] = [await client.get(path), await client.get(path.slice(0, -1))];
      expect([without.status, without.text]).toEqual([200, withSlash.text]);
    }
    expect((await client.get(`${reasonsPath.slice(0, -1)}?page=2`)).status).toBe(200);
  });

  it('are given to a request that announces JSON and sends an empty body', async () => {
    const answer = await client.request('GET', '', { 'content-length': '0' });
    expect([answer.status, (answer.json as ReasonPage).count]).toEqual([200, 12]);
  });

  it.each(['GET', 'POST'])('do not depend on a body that a %s brings, however broken', async (method) => {
    const body = '{"broken';
    const { host } = new URL(system.url);
    const head = [
      `${method} ${reasonsPath}pull_from_omnitron/ HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Token ${client.token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await sendRaw(system.url, `${head.join('\r\n')}\r\n\r\n${body}`);
    expect([answer.status, answer.text]).toEqual([200, '{}']);
  });

  it('take the path in any spelling of its letters', async () => {
    expect((await client.get('/%61pi/v1/oms/c%61ncellation-reasons/')).text).toBe((await client.get()).text);
  });
});

describe('the doubled path of the samples', () => {
  beforeAll(() => haveReasons(12));

  it('pulls', async () => {
    await system.simulator.setReasons(upstreamReasons(13));
    const pull = await client.get(`${doubled}pull_from_omnitron/`);
    expect([pull.status, pull.text, (await client.page()).count]).toEqual([200, '{}', 13]);
  });

  it('lists and answers one by one what the single path does', async () => {
    expect((await client.get(`${doubled}?page_size=100`)).json).toEqual(await client.page('?page_size=100'));
    const { id } = (await client.page()).results[0]!;
    expect((await client.get(`${doubled}${id}/`)).text).toBe((await client.get(`${id}/`)).text);
  });

  it('links to the single path', async () => {
    const { next, previous } = (await client.get(`${doubled}?page=2&page_size=5`)).json as ReasonPage;
    expect([next, previous]).toEqual([
      `${system.url}${reasonsPath}?page=3&page_size=5`,
      `${system.url}${reasonsPath}?page_size=5`,
    ]);
  });
});

describe('OPTIONS', () => {
  const parses = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  const field = (type: string, label: string, { required = false, readOnly = false, ...bounds } = {}): object => ({
    type,
    required,
    read_only: readOnly,
    label,
    ...bounds,
  });
  const reasonFields = {
    id: field('integer', 'ID', { readOnly: true }),
    cancellation_type: field('string', 'Cancellation type', { required: true }),
    created_date: field('datetime', 'Created date', { readOnly: true }),
    modified_date: field('datetime', 'Modified date', { readOnly: true }),
    omnitron_id: {
      ...field('integer', 'Omnitron id', { required: true }),
      min_value: -2147483648,
      max_value: 2147483647,
    },
    subject: field('string', 'Subject', { required: true }),
    extra_information_needed: field('boolean', 'Extra information needed'),
    ordering: field('integer', 'Ordering'),
    is_active: field('boolean', 'Is active'),
  };
  const filter = (label: string, name: string, type: string, lookups: string[] = ['exact']): object => ({
    label,
    field_name: name,
    type,
    lookup_expr: lookups,
    extra: { required: false },
  });
  const choices = [
    ['id', 'ID'],
    ['-id', 'ID (descending)'],
    ['modified_date', 'Modified Date'],
    ['-modified_date', 'Modified Date (descending)'],
    ['ordering', 'Ordering'],
    ['-ordering', 'Ordering (descending)'],
  ];

  it('describes the list in the order of the document for customers', async () => {
    expect(await described('')).toBe(
      JSON.stringify({
        name: 'list',
        renders: ['application/json'],
        parses,
        actions: { GET: reasonFields },
        filters: [
          {
            label: 'Sort',
            field_name: 'sort',
            type: 'dropdown',
            lookup_expr: ['exact'],
            extra: { choices, help_text: '', null_label: null, required: false },
          },
          filter('Id Gt', 'id', 'integer', ['gt']),
          filter('Id Gte', 'id', 'integer', ['gte']),
          filter('Id Lt', 'id', 'integer', ['lt']),
          filter('Id Lte', 'id', 'integer', ['lte']),
          filter('Cancellation Type', 'cancellation_type', 'string'),
          filter('Is Active', 'is_active', 'boolean'),
          filter('Omnitron Id', 'omnitron_id', 'integer'),
          filter('Modified Date', 'modified_date', 'string', ['exact', 'gt', 'gte', 'lt', 'lte']),
        ],
      }),
    );
  });

  it('describes one reason, also for a key that nothing has', async () => {
    const expected = JSON.stringify({
      name: 'detail',
      renders: ['application/json'],
      parses,
      actions: { GET: reasonFields },
      filters: [],
    });
    expect(await described('1/')).toBe(expected);
    expect(await described('999999/')).toBe(expected);
  });

  it('describes the pull', async () => {
    const {
      name,
      renders,
      parses: parsed,
      actions,
      filters,
    } = JSON.parse(await described('pull_from_omnitron/')) as Record<string, unknown>;
    expect([name, renders, parsed, filters]).toEqual(['pull_from_omnitron', ['application/json'], parses, []]);
    expect(Object.keys(actions as object)).toEqual(['GET', 'POST']);
  });

  it('does not pull', async () => {
    await system.simulator.forgetRequests();
    await client.request('OPTIONS', 'pull_from_omnitron/');
    expect((await system.simulator.requests()).total).toBe(0);
  });

  async function described(path: string): Promise<string> {
    const { status, headers, text } = await client.request('OPTIONS', path);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    return text;
  }
});

async function haveReasons(count: number): Promise<void> {
  await system.simulator.setReasons(upstreamReasons(count));
  expect((await client.pull()).status).toBe(200);
}

const withoutOurs = (reason: Reason): object => omit(reason, 'id', 'created_date', 'modified_date');

/** The headers that two equal requests have in common. */
const lasting = ({ headers }: Answer): object => omit(headers, 'date', 'x-request-id', 'connection', 'keep-alive');
