import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { assertSupported } from './postgres-version.js';

const server = (number: number, version: string): pg.Client =>
  ({ query: () => Promise.resolve({ rows: [{ number, version }] }) }) as unknown as pg.Client;

describe('a PostgreSQL', () => {
  it('of a release before 15 is refused by its version', async () => {
    await expect(assertSupported(server(140_019, '14.19'))).rejects.toThrow(
      'PostgreSQL 15 or newer is needed; this is 14.19.',
    );
  });

  it.each([
    [150_000, '15.0'],
    [180_001, '18.1'],
  ])('of release %s is taken', async (number, version) => {
    await expect(assertSupported(server(number, version))).resolves.toBeUndefined();
  });
});
