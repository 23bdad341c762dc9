import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client, type Page } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { sendAndAbort } from '../system/http.js';
import { describePlaces, levels, placesOf, type Level, type Place, type Places } from '../system/places.js';
import { SharedSystem } from '../system/shared-system.js';
import { level, type LastRun } from '../system/setup.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let client: Client;
/** The rows of Omnitron, and those of our lists after the first run. */
let [upstream, ours] = [] as unknown as [Places, Places];
/** The answers to a client that sent a request every 100 ms, in their order. */
const statuses: string[] = [];
let firstRun: LastRun;

/** A tenth of what Omnitron has in the real world. */
const districtsUpstream = 7326;
const numbers = { countries: 1, cities: 81, townships: 999, districts: districtsUpstream };

beforeAll(async () => {
  system = await SharedSystem.withSimulator({ OMNITRON_DISTRICTS: String(districtsUpstream) });
  client = await system.newClient();
  const setup = client.setup('addresses');
  statuses.push(await setup.status());
  await setup.execute();
  statuses.push(await setup.status());
  await until('the addresses are set up', async () => statuses[statuses.push(await setup.status()) - 1] !== 'WORKING', {
    within: 20_000,
    every: 100,
  });
  firstRun = await setup.lastRun();
  upstream = await placesOf((name) => system.simulator.rows(name));
  ours = await placesOf((name) => client.rows(`${name}/?page_size=100`));
});

afterAll(() => system.leave());

describe('a first run', () => {
  it('is WORKING in the first answer after `execute`, then FINISHED, and nothing else', () => {
    expect(statuses.slice(0, 2)).toEqual(['READY', 'WORKING']);
    expect(statuses.filter((status, index) => status !== statuses[index - 1])).toEqual([
      'READY',
      'WORKING',
      'FINISHED',
    ]);
  });

  it('syncs every country, city, township and district, as Omnitron has it, each to its parents', () => {
    expect(describePlaces(ours)).toEqual(describePlaces(upstream));
    for (const name of levels)
      expect([name, ours[name].length, new Set(ours[name].map(({ pk }) => pk)).size]).toEqual([
        name,
        numbers[name],
        numbers[name],
      ]);
  });

  it('gives them keys of our own, in the order of Omnitron’s', () => {
    const ordered = (places: Places): string[] =>
      places.townships.toSorted((one, other) => one.pk - other.pk).map(({ name }) => name);
    expect(ordered(ours)).toEqual(ordered(upstream));
    expect(ours.cities.map(({ pk }) => pk)).not.toEqual(upstream.cities.map(({ pk }) => pk));
  });

  it('keeps Omnitron’s keys and dates to itself, in columns of their own', async () => {
    const rows = await queryDatabase<{ count: number; kept: number; own: number }>(
      system.databases.oms.ownerUrl,
      `
      select count(distinct omnitron_id)::integer as count,
        (count(*) filter (where omnitron_created_date < '2024-01-01'))::integer as kept,
        (count(*) filter (where created_date > '2024-12-31'))::integer as own
      from district where account_id = $1`,
      [await system.accountId(client.account)],
    );
    expect(rows).toEqual([{ count: districtsUpstream, kept: districtsUpstream, own: districtsUpstream }]);
  });

  it('tells what it did', () => {
    expect(firstRun).toMatchObject({ status: 'FINISHED', error: null });
    expect(firstRun.levels).toEqual(
      levels.map((name) => ({
        name,
        seen: numbers[name],
        inserted: numbers[name],
        skipped: 0,
        problems: [],
        updated: 0,
        unchanged: 0,
        withheld: 0,
        refused: 0,
      })),
    );
  });
});

describe('a further run', () => {
  it('adds nothing and changes nothing when Omnitron has nothing new', async () => {
    const run = await client.setup('addresses').run();
    expect(run).toMatchObject({ status: 'FINISHED', error: null });
    expect(run.levels).toEqual(
      levels.map((name) => ({
        name,
        seen: numbers[name],
        inserted: 0,
        skipped: numbers[name],
        problems: [],
        updated: 0,
        unchanged: numbers[name],
        withheld: 0,
        refused: 0,
      })),
    );
    expect(run.started! > firstRun.finished!).toBe(true);
    expect(await client.rows('townships/?page_size=100')).toEqual(ours.townships);
    expect((await client.json<Page<Place>>(`${omsPath}districts/`)).count).toBe(districtsUpstream);
  });

  it('adds what is new at every level, parents first, and leaves what has changed or gone as it is here', async () => {
    const { simulator } = system;
    await simulator.addRows('countries', { pk: 2, name: 'Kıbrıs', code: 'cy', is_active: false });
    await simulator.addRows('cities', {
      pk: 5,
      name: 'Girne',
      country: 2,
      is_active: true,
      longitude: '33.3192',
      latitude: 35.3364,
    });
    await simulator.addRows('townships', { pk: 7, name: 'Çatalköy', city: 5, is_active: true });
    await simulator.addRows('districts', {
      pk: 9,
      name: 'Ilgaz',
      city: 5,
      township: 7,
      is_active: true,
      longitude: null,
      latitude: '-0.00000001',
    });
    await simulator.changeRow('cities', 16, { name: 'Prusa' });
    await simulator.removeRow('districts', 3001);
    const run = await client.setup('addresses').run();
    expect(run.levels.map(({ name, inserted, problems }) => [name, inserted, problems])).toEqual(
      levels.map((name) => [name, 1, []]),
    );
    expect(level(run, 'districts').seen).toBe(districtsUpstream);
    const now = await placesOf((name) => client.rows(`${name}/?page_size=100&pk__gt=${ours[name].at(-1)!.pk}`));
    const [country, city, township] = [now.countries[0]!.pk, now.cities[0]!.pk, now.townships[0]!.pk];
    expect(now).toEqual({
      countries: [{ pk: country, name: 'Kıbrıs', code: 'cy', is_active: false }],
      cities: [
        { pk: city, name: 'Girne', country, is_active: true, longitude: '33.31920000', latitude: '35.33640000' },
      ],
      townships: [{ pk: township, name: 'Çatalköy', city, is_active: true, longitude: null, latitude: null }],
      districts: [
        {
          pk: expect.any(Number),
          name: 'Ilgaz',
          city,
          township,
          is_active: true,
          longitude: null,
          latitude: '-0.00000001',
        },
      ],
    });
    expect(await client.rows('cities/?name=bursa')).toHaveLength(1);
    expect(await client.rows('districts/?name=fethiye&page_size=100')).toContainEqual(
      placeOf('districts', 'Fethiye', placeOf('townships', 'Nilüfer')),
    );
  });
});

describe('`execute`', () => {
  let busy: Client;

  beforeAll(async () => {
    busy = await system.newClient();
  });

  it('twenty times at once begins one job', async () => {
    await system.simulator.misbehave({ kind: 'latency', ms: 100, times: 10 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => busy.setup('addresses').request('POST', 'execute')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204));
    expect(await busy.setup('addresses').status()).toBe('WORKING');
    expect(await jobs(busy)).toEqual([{ kind: 'addresses', state: 'WORKING' }]);
    expect(await busy.setup('addresses').ended()).toMatchObject({ status: 'FINISHED' });
    expect(await jobs(busy)).toEqual([{ kind: 'addresses', state: 'FINISHED' }]);
    await system.simulator.behave();
  });

  it('goes on without the caller, who was gone before the answer came', async () => {
    const before = (await busy.setup('addresses').lastRun()).finished!;
    const { host } = new URL(system.url);
    await sendAndAbort(
      system.url,
      `POST ${busy.setup('addresses').path('execute')} HTTP/1.1\r\nHost: ${host}\r\n` +
        `Authorization: Token ${busy.token}\r\n\r\n`,
    );
    const run = await until('another run has finished', async () => {
      const last = await busy.setup('addresses').lastRun();
      return last.status === 'FINISHED' && last.started! > before && last;
    });
    expect(level(run, 'districts')).toMatchObject({ seen: districtsUpstream, problems: [] });
  });

  it('shows how far it is meanwhile', async () => {
    const { simulator } = system;
    const watched = await system.newClient();
    await simulator.misbehave({ kind: 'latency', ms: 800, resource: 'districts', page: 3, times: 1 });
    await watched.setup('addresses').execute();
    const meanwhile = await until('the first districts are there', async () => {
      const last = await watched.setup('addresses').lastRun();
      return last.levels.some(({ name, inserted }) => name === 'districts' && inserted > 0) && last;
    });
    expect(meanwhile).toMatchObject({
      status: 'WORKING',
      started: expect.any(String),
      finished: null,
      error: null,
      last_success_age: null,
    });
    expect(meanwhile.levels.map(({ name }) => name)).toEqual(levels);
    const { count } = await watched.json<Page<Place>>(`${omsPath}districts/`);
    expect(count).toBeGreaterThanOrEqual(level(meanwhile, 'districts').inserted);
    expect(count).toBeLessThan(districtsUpstream);
    await simulator.behave();
    expect(level(await watched.setup('addresses').ended(), 'districts')).toMatchObject({
      seen: districtsUpstream,
      inserted: districtsUpstream,
    });
  });
});

describe('the lists of addresses', () => {
  const fields: Readonly<Record<Level, readonly string[]>> = {
    countries: ['pk', 'name', 'code', 'is_active'],
    cities: ['pk', 'name', 'country', 'is_active', 'longitude', 'latitude'],
    townships: ['pk', 'name', 'city', 'is_active', 'longitude', 'latitude'],
    districts: ['pk', 'name', 'city', 'township', 'is_active', 'longitude', 'latitude'],
  };

  it.each(levels)('%s/ has its fields in their order, ten rows a page in the order of the keys', async (name) => {
    const page = await client.json<Page<Place>>(`${omsPath}${name}/`);
    expect(Object.keys(page)).toEqual(['count', 'next', 'previous', 'results']);
    expect(page.results).toHaveLength(Math.min(10, page.count));
    for (const place of page.results) expect(Object.keys(place)).toEqual(fields[name]);
    const keys = page.results.map(({ pk }) => pk);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
  });

  it.each(levels)('%s/ answers one by one what the list does, under list-simple/ too', async (name) => {
    const { results } = await client.json<Page<Place>>(`${omsPath}${name}/?page_size=3`);
    expect(await client.json(`${omsPath}${name}/list-simple/?page_size=3`)).toMatchObject({ results });
    expect((await client.get(`${omsPath}${name}/list-simple?page_size=3`)).status).toBe(200);
    for (const place of results)
      for (const path of [`${name}/${place.pk}/`, `${name}/${place.pk}`, `${name}/list-simple/${place.pk}/`])
        expect(await client.json(omsPath + path)).toEqual(place);
  });

  it.each(levels)('%s/ does not find what is not there', async (name) => {
    for (const key of ['999999999', '99999999999999999999', '0', '-1', 'abc', '1.0', '1e0', '%00', '1_0']) {
      for (const base of [`${name}/`, `${name}/list-simple/`]) {
        const answer = await client.get(`${omsPath}${base}${key}/`);
        expect([key, answer.status, answer.json]).toEqual([key, 404, { detail: 'Not found.' }]);
      }
    }
    const answer = await client.get(`${omsPath}${name}/?page=999999`);
    expect([answer.status, answer.json]).toEqual([404, { detail: 'Invalid page.' }]);
  });

  it.each(levels)('%s/ is only read', async (name) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await client.request(method, `${omsPath}${name}/`);
      expect([answer.status, answer.json]).toEqual([405, { detail: `Method "${method}" not allowed.` }]);
      expect(new Set(answer.headers.allow?.split(', '))).toEqual(new Set(['GET', 'HEAD', 'OPTIONS']));
    }
  });

  it('link from page to page', async () => {
    const links = async (query: string): Promise<unknown[]> => {
      const { next, previous } = await client.json<Page<Place>>(`${omsPath}cities/${query}`);
      return [next, previous];
    };
    const base = `${system.url}${omsPath}cities/`;
    expect(await links('')).toEqual([`${base}?page=2`, null]);
    expect(await links('?page=2&sort=name&name=a')).toEqual([
      `${base}?name=a&page=3&sort=name`,
      `${base}?name=a&sort=name`,
    ]);
    expect(await links('?page=last&page_size=50')).toEqual([null, `${base}?page_size=50`]);
  });

  it('give every row once to who walks along `next`, under list-simple/ too', async () => {
    const whole = await client.rows<Place>('townships/?page_size=100');
    expect(await client.rows('townships/list-simple/?page_size=100')).toEqual(whole);
    expect(new Set(whole.map(({ pk }) => pk)).size).toBe(whole.length);
    expect(
      (await client.rows<Place>('townships/?page_size=100&sort=name')).toSorted((one, other) => one.pk - other.pk),
    ).toEqual(whole);
  });

  it('are filtered by the parents', async () => {
    const bursa = placeOf('cities', 'Bursa');
    const nilufer = placeOf('townships', 'Nilüfer');
    const keysOf = async (list: string): Promise<number[]> => (await client.rows<Place>(list)).map(({ pk }) => pk);
    const matching = (name: Level, condition: (place: Place) => boolean): number[] =>
      ours[name].filter(condition).map(({ pk }) => pk);
    expect(await keysOf(`cities/?page_size=100&country=${bursa.country}`)).toEqual(matching('cities', () => true));
    expect(await keysOf(`townships/?page_size=100&city=${bursa.pk}`)).toEqual(
      matching('townships', ({ city }) => city === bursa.pk),
    );
    expect(await keysOf(`districts/?page_size=100&city=${bursa.pk}`)).toEqual(
      matching('districts', ({ city }) => city === bursa.pk),
    );
    expect(await keysOf(`districts/list-simple/?page_size=100&township=${nilufer.pk}`)).toEqual(
      matching('districts', ({ township }) => township === nilufer.pk),
    );
    expect(await keysOf(`districts/?city=${bursa.pk}&township=${placeOf('townships', 'Konak').pk}`)).toEqual([]);
    expect(await keysOf('districts/?township=99999999999999999999')).toEqual([]);
    const answer = await client.get(`${omsPath}districts/?township=nilüfer`.replace('ü', '%C3%BC'));
    expect([answer.status, answer.json]).toEqual([400, { township: ['Enter a number.'] }]);
  });
});

describe('searching by name', () => {
  const found = async (list: string): Promise<string[]> =>
    (await client.rows<Place>(list)).map(({ name }) => name).toSorted();
  const query = (text: string): string => encodeURIComponent(text);

  it.each(['name', 'search', 'name__icontains'])('by `%s` knows that İ is i and I is ı', async (parameter) => {
    for (const text of ['izmir', 'İZMİR', 'İzmir', 'zmir', 'ZMİR'])
      expect([text, await found(`cities/?${parameter}=${query(text)}`)]).toEqual([text, ['İzmir']]);
    for (const text of ['ığdır', 'IĞDIR', 'Iğdır', 'ğdı'])
      expect([text, await found(`cities/?${parameter}=${query(text)}`)]).toEqual([text, ['Iğdır']]);
    for (const text of ['ızmır', 'IZMIR', 'iğdir', 'İĞDİR', 'isparta', 'İSPARTA'])
      expect([text, await found(`cities/?${parameter}=${query(text)}`)]).toEqual([text, []]);
    for (const text of ['ISPARTA', 'ısparta', 'ıspa'])
      expect([text, await found(`cities/?${parameter}=${query(text)}`)]).toEqual([text, ['Isparta']]);
  });

  it('knows the other letters and finds parts of a name', async () => {
    expect(await found(`cities/?search=${query('ÇAN')}`)).toEqual(['Çanakkale', 'Çankırı'].toSorted());
    expect(await found(`cities/?name=${query('ŞANLI')}`)).toEqual(['Şanlıurfa']);
    expect(await found(`townships/?page_size=100&name=${query('nilüfer')}`)).toEqual(['Nilüfer']);
    expect(await found('countries/?name=T%C3%BCRK')).toEqual(['Türkiye']);
  });

  it('takes no letter for a pattern', async () => {
    for (const text of ['%', '_', '.*', '\\', "'", '"'])
      expect([text, await found(`cities/?name=${query(text)}`)]).toEqual([text, []]);
  });

  it('strips the text, and takes an empty one for none', async () => {
    expect(await found(`cities/?name=${query('  izmir ')}`)).toEqual(['İzmir']);
    for (const text of ['', ' '])
      expect(await found(`cities/?page_size=100&search=${query(text)}`)).toHaveLength(ours.cities.length + 1);
  });

  it('finds what a decomposed letter was meant for', async () => {
    expect(await found(`cities/?name=${query('İzmir'.normalize('NFD'))}`)).toEqual(['İzmir']);
    expect(await found(`cities/?name=${query('çorum'.normalize('NFD'))}`)).toEqual(['Çorum']);
  });
});

describe('sorting by name', () => {
  const turkish = new Intl.Collator('tr');
  const names = async (list: string): Promise<string[]> => (await client.rows<Place>(list)).map(({ name }) => name);

  it('is as Turkish collates: Ç behind C, I before İ', async () => {
    const cities = await names('cities/?page_size=100&sort=name');
    expect(cities).toEqual(cities.toSorted((one, other) => turkish.compare(one, other)));
    expect(cities.slice(cities.indexOf('Bursa'), cities.indexOf('Çorum') + 1)).toEqual([
      'Bursa',
      'Çanakkale',
      'Çankırı',
      'Çorum',
    ]);
    expect(cities.filter((name) => /^[HIİK]/.test(name)).slice(0, 7)).toEqual([
      'Hakkâri',
      'Hatay',
      'Iğdır',
      'Isparta',
      'İstanbul',
      'İzmir',
      'Kahramanmaraş',
    ]);
    expect(await names('cities/?page_size=100&sort=-name')).toEqual(cities.toReversed());
    const townships = await names('townships/?page_size=100&sort=name');
    expect(townships).toEqual(townships.toSorted((one, other) => turkish.compare(one, other)));
    expect(townships.findIndex((name) => name.startsWith('Ç'))).toBeGreaterThan(
      townships.findLastIndex((name) => name.startsWith('C')),
    );
  });

  it('ends in the key, so that pages never overlap', async () => {
    const districts = await client.rows<Place>(
      `districts/?page_size=100&name=${encodeURIComponent('Cumhuriyet')}&sort=name`,
    );
    const keys = districts.filter(({ name }) => name === 'Cumhuriyet').map(({ pk }) => pk);
    expect(keys.length).toBeGreaterThan(1);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
  });

  it('refuses another field', async () => {
    const answer = await client.get(`${omsPath}districts/?sort=longitude`);
    expect([answer.status, answer.json]).toEqual([
      400,
      { sort: ['Select a valid choice. longitude is not one of the available choices.'] },
    ]);
  });
});

/** One of ours by its name, and by its township where the name is no one's alone. */
function placeOf(name: Level, called: string, township?: Place): Place {
  const found = ours[name].filter(
    (place) => place.name === called && (township === undefined || place.township === township.pk),
  );
  if (found.length !== 1) throw new Error(`${found.length} of the ${name} are called ${called}`);
  return found[0]!;
}

const jobs = async ({ account }: Client): Promise<unknown[]> =>
  queryDatabase(system.databases.oms.ownerUrl, 'select kind, state from job where account_id = $1 order by id', [
    await system.accountId(account),
  ]);
