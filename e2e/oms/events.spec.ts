import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client, type Page } from '../system/client.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

interface LoggedEvent {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly version: number;
  readonly occurred: string;
  readonly subject: string | null;
  readonly url: string;
  readonly data: { readonly ids?: readonly number[]; readonly list?: string; readonly step?: string };
}

interface Row {
  readonly id: number;
}

const path = `${omsPath}events/`;
const date = '2024-05-01T12:00:00.000001Z';
const steps = ['channels', 'customers', 'cancellation-reasons'] as const;

let system: SharedSystem;
let client: Client;
let other: Client;

const page = (query = '', of = client): Promise<Page<LoggedEvent>> => of.json(`${path}${query}`);

/** The account's events, once the log has so many. */
const logged = (count: number, of = client): Promise<readonly LoggedEvent[]> =>
  until(`the log has ${count} events`, async () => {
    const { results } = await page('', of);
    return results.length >= count ? results : undefined;
  });

const typesOf = (events: readonly LoggedEvent[]): string[] => events.map(({ type }) => type);

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  await system.simulator.setRows('channels', [{ pk: 3, name: 'Web', modified_date: date }]);
  await system.simulator.setRows('customers', [
    { pk: 11, email: 'a@example.com', channel: 3, modified_date: date },
    { pk: 12, email: 'b@example.com', channel: 3, modified_date: date },
  ]);
  [client, other] = await Promise.all([system.newClient(), system.newClient()]);
  for (const step of steps) await client.setup(step).run();
  await other.setup('channels').run();
});

afterAll(() => system.leave());

describe('the event log of an account', () => {
  it('has what runs have written and how they ended, in the order in which it happened', async () => {
    const events = await logged(6);
    expect(typesOf(events)).toEqual([
      'oms.channel.saved',
      'oms.setup.finished',
      'oms.customer.saved',
      'oms.setup.finished',
      'oms.cancellation_reason.saved',
      'oms.setup.finished',
    ]);
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
  });

  it('names rows by the ids that the lists have, and what is one by its path', async () => {
    const [channelSaved, ended, customersSaved] = await logged(6);
    const [channel] = await client.rows<Row>('channels/');
    const customers = await client.rows<Row>('customers/list-simple/');
    expect([channelSaved?.subject, channelSaved?.data]).toEqual([`channels/${channel?.id}`, { ids: [channel?.id] }]);
    expect([customersSaved?.subject, customersSaved?.data]).toEqual([null, { ids: customers.map(({ id }) => id) }]);
    expect([ended?.subject, ended?.data.step]).toEqual(['setup/channels/last_run', 'channels']);
    expect((await client.get(`${omsPath}${channelSaved?.subject}/`)).status).toBe(200);
    expect((await client.get(`${omsPath}${ended?.subject}/`)).status).toBe(200);
  });

  it('is filtered by type, and by a group of types', async () => {
    await logged(6);
    expect(typesOf((await page('?type=oms.customer.*')).results)).toEqual(['oms.customer.saved']);
    expect(typesOf((await page('?type=oms.channel.saved')).results)).toEqual(['oms.channel.saved']);
    expect((await page('?type=oms.setup.*')).count).toBe(3);
  });

  it('goes on after a position, and says nothing where nothing has changed', async () => {
    const last = (await logged(6)).at(-1)!;
    await client.setup('customers').run();
    await until('the run is logged', async () => (await page(`?position__gt=${last.position}`)).count > 0);
    expect(typesOf((await page(`?position__gt=${last.position}`)).results)).toEqual(['oms.setup.finished']);
  });

  it('answers each event at its own address, to no other account', async () => {
    const [event] = await logged(6);
    expect(event?.url).toBe(`${system.url}${path}${event?.id}/`);
    expect(await client.json(event!.url)).toEqual({ ...event, deliveries: [] });
    expect((await other.get(event!.url)).status).toBe(404);
    const ids = new Set((await page()).results.map(({ id }) => id));
    expect((await logged(2, other)).filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it('has a catalogue of its own types', async () => {
    const { types } = await client.json<{ types: { type: string; example: unknown; schema: object }[] }>(
      `${path}types/`,
    );
    expect(types.map(({ type }) => type).toSorted()).toEqual([
      'oms.address.saved',
      'oms.cancellation_reason.deactivated',
      'oms.cancellation_reason.saved',
      'oms.channel.saved',
      'oms.customer.saved',
      'oms.setup.aborted',
      'oms.setup.failed',
      'oms.setup.finished',
      'webhook.disabled',
      'webhook.pinged',
    ]);
    expect(types.find(({ type }) => type === 'oms.address.saved')).toMatchObject({
      example: { ids: [1], list: 'cities' },
      schema: { properties: { list: { enum: ['countries', 'cities', 'townships', 'districts'] } } },
    });
  });
});
