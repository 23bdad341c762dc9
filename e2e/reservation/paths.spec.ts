import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mountedEndpoints } from '@refundry/contracts';
import type { ReservationClient } from '../system/reservation-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: ReservationClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newReservationClient();
});

afterAll(() => system.leave());

const endpoints = mountedEndpoints.filter(({ family }) => family === 'reservation');
const paths = [...new Set(endpoints.map(({ path }) => path))];
const placed = (path: string): string => path.replaceAll(/:\w+/g, '7');
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`);

/** Paths that are those of a row too, if a segment is taken for its key. */
const pairs = paths.flatMap((path) =>
  paths.flatMap((other) => (other !== path && patternOf(other).test(placed(path)) ? [[path, other] as const] : [])),
);

const methodsOf = (path: string): readonly string[] =>
  endpoints.flatMap((endpoint) => (endpoint.path === path ? endpoint.methods : []));

describe('a path of words', () => {
  it('stands beside that of a row', () => {
    expect(pairs).toContainEqual(['refund/rules/dry-run', 'refund/rules/:key']);
  });

  it.each(pairs)('is not that of a row: %s, and not %s', async (path, other) => {
    const { headers } = await client.request('OPTIONS', placed(path));
    const allowed = String(headers.allow).split(', ');
    expect(allowed).toEqual(expect.arrayContaining([...methodsOf(path)]));
    expect(methodsOf(other).filter((method) => !methodsOf(path).includes(method) && allowed.includes(method))).toEqual(
      [],
    );
  });
});
