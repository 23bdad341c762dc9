import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client, type Page } from '../system/client.js';
import type { LastRun } from '../system/setup.js';
import { SharedSystem } from '../system/shared-system.js';
import type { UpstreamRow } from '../system/simulator.js';

interface Channel {
  readonly id: number;
  readonly channel_type: string;
  readonly created_date: string;
  readonly modified_date: string;
  readonly omnitron_id: number;
  readonly name: string;
  readonly configuration: unknown;
  readonly is_active: boolean;
}

let system: SharedSystem;
let client: Client;

const configuration = { currency: 'try', nested: [1, { a: null }], text: '"ı"\u0000\\', ş: 1e30 };
const upstreamChannel = (pk: number, fields: object = {}): UpstreamRow => ({
  pk,
  name: `Channel ${pk}`,
  channel_type: 'web',
  configuration: {},
  is_active: true,
  created_date: '2023-05-29T08:01:12.870055Z',
  modified_date: '2023-05-29T08:01:12.870069Z',
  ...fields,
});

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient();
  await system.simulator.setRows('channels', [
    upstreamChannel(3, { name: 'Web Mağazası', configuration }),
    upstreamChannel(5, { name: 'N11', channel_type: 'n11', is_active: false }),
    upstreamChannel(8),
  ]);
  expect(await run()).toMatchObject({
    status: 'FINISHED',
    levels: [{ name: 'channels', seen: 3, inserted: 3, skipped: 0, problems: [] }],
  });
});

afterAll(() => system.leave());

describe('channels', () => {
  it('are listed and answered one by one, with the configuration as Omnitron has it', async () => {
    const page = await client.json<Page<Channel>>(`${omsPath}channels/`);
    expect([page.count, page.next, page.previous]).toEqual([3, null, null]);
    const [web] = page.results;
    expect(Object.keys(web!)).toEqual([
      'id',
      'channel_type',
      'created_date',
      'modified_date',
      'omnitron_id',
      'name',
      'configuration',
      'is_active',
    ]);
    expect(web).toMatchObject({
      channel_type: 'web',
      omnitron_id: 3,
      name: 'Web Mağazası',
      configuration,
      is_active: true,
    });
    for (const channel of page.results) expect(await client.json(`${omsPath}channels/${channel.id}/`)).toEqual(channel);
    expect(web!.id).not.toBe(web!.omnitron_id);
    expect(web!.created_date > '2024-12-31').toBe(true);
  });

  it('that are not there are not found', async () => {
    for (const key of ['999999', 'abc', '0']) {
      const answer = await client.get(`${omsPath}channels/${key}/`);
      expect([answer.status, answer.json]).toEqual([404, { detail: 'Not found.' }]);
    }
  });

  it('are filtered and searched', async () => {
    const found = async (query: string): Promise<number[]> =>
      (await client.rows<Channel>(`channels/?${query}`)).map(({ omnitron_id: pk }) => pk);
    expect(await found('channel_type=n11')).toEqual([5]);
    expect(await found('is_active=true&sort=-id')).toEqual([8, 3]);
    expect(await found('omnitron_id=8')).toEqual([8]);
    expect(await found(`search=${encodeURIComponent('MAĞAZASI')}`)).toEqual([3]);
  });
});

describe('a further run', () => {
  it('changes nothing when Omnitron has changed nothing', async () => {
    const before = await channels();
    expect(await run()).toMatchObject({ status: 'FINISHED', levels: [{ seen: 3, inserted: 0, skipped: 3 }] });
    expect(await channels()).toEqual(before);
  });

  it.each([
    ['name', { name: 'Dükkân' }],
    ['type', { channel_type: 'marketplace' }],
    ['configuration', { configuration: { currency: 'eur' } }],
    ['activity', { is_active: false }],
  ])(
    'changes a channel whose %s changed, moves its `modified_date` and no other, and keeps its id',
    async (_what, fields) => {
      const before = await channels();
      await system.simulator.changeRow('channels', 8, fields);
      expect(await run()).toMatchObject({ status: 'FINISHED', error: null });
      const after = await channels();
      const [was, is] = [ofUpstream(before, 8), ofUpstream(after, 8)];
      expect(is).toEqual({ ...was, ...fields, modified_date: is.modified_date });
      expect(is.modified_date > was.modified_date).toBe(true);
      expect(after.filter(({ omnitron_id: pk }) => pk !== 8)).toEqual(before.filter(({ omnitron_id: pk }) => pk !== 8));
    },
  );

  it('takes a channel for unchanged that Omnitron only dated anew', async () => {
    const before = await channels();
    await system.simulator.changeRow('channels', 8, {});
    expect(await run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await channels()).toEqual(before);
    expect(await client.setup('channels').isRequired()).toBe('false');
  });

  it('leaves a channel that is gone as it was, and knows it again', async () => {
    const before = await channels();
    const rows = await system.simulator.rows('channels');
    await system.simulator.removeRow('channels', 5);
    await run();
    expect(await channels()).toEqual(before);
    await system.simulator.setRows('channels', rows);
    expect(await run()).toMatchObject({ levels: [{ seen: 3, inserted: 0, skipped: 3 }] });
    expect(await channels()).toEqual(before);
  });

  it('adds a new one', async () => {
    await system.simulator.addRows('channels', { pk: 4, name: 'Trendyol' });
    expect(await run()).toMatchObject({ levels: [{ seen: 4, inserted: 1 }] });
    expect(ofUpstream(await channels(), 4)).toMatchObject({
      name: 'Trendyol',
      channel_type: '',
      configuration: {},
      is_active: true,
    });
  });
});

const run = (): Promise<LastRun> => client.setup('channels').run();
const channels = (): Promise<Channel[]> => client.rows<Channel>('channels/');

function ofUpstream(rows: readonly Channel[], pk: number): Channel {
  const found = rows.find(({ omnitron_id: key }) => key === pk);
  if (!found) throw new Error(`there is no channel with the upstream key ${pk}`);
  return found;
}
