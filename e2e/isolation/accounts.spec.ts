import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mountedEndpoints } from '@refundry/contracts';
import type { MountedEndpoint } from '@refundry/resource';
import { SeededAccount, isSeeded, keyOf, type Row } from '../system/seeded-account.js';
import type { Answer } from '../system/http.js';
import { putReservation } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let [ours, theirs] = [] as unknown as [SeededAccount, SeededAccount];

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [ours, theirs] = await Promise.all([SeededAccount.seed(system, 1), SeededAccount.seed(system, 2)]);
  await Promise.all([ours, theirs].map(hasRowsInAllLists));
});

/** Events are logged a moment after what they tell of. */
const hasRowsInAllLists = (account: SeededAccount): Promise<unknown> =>
  until('every list has rows', async () => [...(await account.everything()).values()].every((rows) => rows.length > 0));

afterAll(() => system.leave());

/** A key that nobody's row has, of the same form. */
const unknownLike = (key: string): string => (/^\d+$/.test(key) ? '987654321' : `nobody-s-${key}`);

/** The answer without its timestamp. */
const said = ({ status, text, headers: { allow } }: Answer): unknown[] => [
  status,
  allow,
  text.replace(/"timestamp":\d+/, ''),
];

const everyList = mountedEndpoints.filter(({ kind }) => kind === 'list');
const lists = everyList.filter(isSeeded);
/** The list whose rows an endpoint's key is of. */
const listOf = ({ family, path }: MountedEndpoint): MountedEndpoint | undefined =>
  everyList.find((list) => list.family === family && path.startsWith(`${list.path.replace(/\/list-simple$/, '')}/:`));

/** Their keys for an endpoint's path, by the placeholders in it. */
function theirPlaces(endpoint: MountedEndpoint, row: Row): Readonly<Record<string, string>> {
  const [line] = (row.products ?? []) as readonly Row[];
  return endpoint.path.includes(':within')
    ? { within: keyOf(row), key: line ? keyOf(line) : '1' }
    : { key: keyOf(row) };
}

const placed = (path: string, places: Readonly<Record<string, string>>): string =>
  path.replaceAll(/:(\w+)/g, (_placeholder, name: string) => encodeURIComponent(places[name] ?? ''));

describe('rows of another account', () => {
  // A reservation belongs to the account that puts it, and a code to the one that has it, whatever others call so.
  const ownNames = ['reservations/:key', 'refund/waiver-codes/:key'];
  const keyed = mountedEndpoints.filter(
    ({ path, methods }) => path.includes(':key') && !(ownNames.includes(path) && methods.includes('PUT')),
  );
  const unlisted = keyed.filter((endpoint) => !listOf(endpoint));
  const listed = keyed.filter((endpoint) => lists.some((list) => list === listOf(endpoint)));
  const moves = ['approve', 'mark-failed', 'mark-paid', 'reject', 'withdraw'];

  it('is looked for at every endpoint with a key', () => {
    expect(unlisted.map(({ path }) => path).toSorted()).toEqual(moves.map((move) => `refund/:key/${move}`));
  });

  it.each(moves)('is not there for %s of a refund', async (move) => {
    const { id } = await theirs.reservation.refund(2000);
    const [ofTheirs, ofNobody] = await Promise.all(
      [id, 987_654_321].map((key) => ours.reservation.request('POST', `refund/${key}/${move}`)),
    );
    expect(ofTheirs!.status).toBe(422);
    expect(said(ofTheirs!)).toEqual(said(ofNobody!));
  });

  it.each(
    listed.flatMap((endpoint) =>
      endpoint.methods.map((method) => [method, endpoint.family, endpoint.path, endpoint] as const),
    ),
  )('is not there for %s of %s at %s', async (method, family, path, endpoint) => {
    const rows = (await theirs.rows(listOf(endpoint)!)).slice(0, 10);
    expect(rows).not.toEqual([]);
    for (const row of rows) {
      const places = theirPlaces(endpoint, row);
      const unknown = Object.fromEntries(Object.entries(places).map(([name, key]) => [name, unknownLike(key)]));
      const [ofTheirs, ofNobody] = await Promise.all(
        [places, unknown].map((keys) => ours.ask(family, method, placed(path, keys), {})),
      );
      expect(said(ofTheirs!)).toEqual(said(ofNobody!));
      expect([400, 404, 422]).toContain(ofTheirs!.status);
    }
  });

  it.each(lists.map((list) => [list.family, list.path, list] as const))(
    'is in no list of ours: %s, %s',
    async (_family, _path, list) => {
      const [our, their] = await Promise.all([ours.rows(list), theirs.rows(list)]);
      const keys = new Set(their.map(keyOf));
      expect(their).not.toEqual([]);
      expect(our.filter((row) => keys.has(keyOf(row)))).toEqual([]);
    },
  );

  it.each(['refund/procedure', 'refund/status', 'refund/request', 'book/status'])('is unknown to %s', async (path) => {
    const body = (id: number): object => ({
      ...(path === 'book/status' ? { local_pnr: `L${id}` } : { reserve_id: id }),
      ...(path === 'refund/request' && { expected_penalty: 0 }),
    });
    const [ofTheirs, ofNobody] = await Promise.all(
      [2000, 987_654_321].map((id) => ours.reservation.request('POST', path, body(id))),
    );
    expect(ofTheirs!.status).toBe(422);
    expect(said(ofTheirs!)).toEqual(said(ofNobody!));
  });

  it('is not changed by whatever we write under its keys', async () => {
    const before = await theirs.everything();
    const writes = await Promise.all([
      ours.retail.request('DELETE', 'supplier-refunds/', { identifiers: ['returned_kyiv-2', 'broken_kyiv-2'] }),
      ours.retail.request('DELETE', 'supplier-refunds/late_kyiv-2/'),
      ours.retail.post('suppliers/', { supplier_id: 'supplier-2', name: 'Ours' }),
      ours.retail.post('shops/', { shop_id: 'kyiv-2', name: 'Ours' }),
      ours.reservation.request('PUT', 'reservations/2001', { ...putReservation(2001), price: 1 }),
      ours.oms.pull(),
    ]);
    expect(writes.map(({ status }) => status)).toEqual([204, 404, 201, 201, 200, 200]);
    expect(await theirs.everything()).toEqual(before);
  });
});
