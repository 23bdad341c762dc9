import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { credentials, RunningSimulator } from '../testing/running-simulator.js';

describe('logging in', () => {
  let omnitron: RunningSimulator;
  beforeEach(async () => {
    omnitron = await RunningSimulator.start();
  });
  afterEach(() => omnitron.close());

  it.each(['/api/v1/auth/login/', '/api/v1/auth/login'])('hands out a key at %s', async (path) => {
    const response = await omnitron.send('POST', path, credentials);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ key: expect.stringMatching(/^[0-9a-f]{40}$/) });
  });

  it('hands out a new key each time and leaves the older ones valid', async () => {
    const [first, second] = [await omnitron.logIn(), await omnitron.logIn()];
    expect(first).not.toBe(second);
    const response = await fetch(`${omnitron.url}/api/v1/channels/`, { headers: { authorization: `Token ${first}` } });
    expect(response.status).toBe(200);
  });

  it.each([{ ...credentials, password: 'wrong' }, { username: credentials.username }, {}])(
    'refuses wrong credentials',
    async (body) => {
      const response = await omnitron.send('POST', '/api/v1/auth/login/', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ non_field_errors: ['Unable to log in with provided credentials.'] });
    },
  );

  it.each([
    [undefined, 'Authentication credentials were not provided.'],
    ['Bearer abc', 'Authentication credentials were not provided.'],
    ['Token', 'Invalid token.'],
    ['Token 0000000000000000000000000000000000000000', 'Invalid token.'],
  ])('refuses a list with the header %p', async (authorization, detail) => {
    const response = await fetch(`${omnitron.url}/api/v1/channels/`, {
      headers: authorization ? { authorization } : {},
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Token');
    expect(await response.json()).toEqual({ detail });
  });

  it('answers what it does not have with 404', async () => {
    const response = await omnitron.get('/api/v1/orders/');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Not found.' });
  });
});
