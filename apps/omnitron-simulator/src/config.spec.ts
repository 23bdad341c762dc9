import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

const enough = { OMNITRON_USERNAME: 'refundry', OMNITRON_PASSWORD: 'secret' };

describe('reading the configuration', () => {
  it('needs no more than the credentials', () => {
    expect(readConfig(enough)).toEqual({
      host: '127.0.0.1',
      port: 0,
      username: 'refundry',
      password: 'secret',
      dataset: undefined,
      districts: 73_256,
      customers: 109,
      answers: 'envelope',
    });
  });

  it('takes everything from the environment', () => {
    const environment = {
      ...enough,
      HOST: '0.0.0.0',
      PORT: '4100',
      OMNITRON_DATASET: '/data',
      OMNITRON_DISTRICTS: '500',
      OMNITRON_CUSTOMERS: '2000',
      OMNITRON_ANSWERS: 'array',
    };
    expect(readConfig(environment)).toMatchObject({
      host: '0.0.0.0',
      port: 4100,
      dataset: '/data',
      districts: 500,
      customers: 2000,
      answers: 'array',
    });
  });

  it.each([
    ['0', 0],
    ['73256', 73_256],
    ['', 73_256],
  ])('takes OMNITRON_DISTRICTS=%s', (text, districts) => {
    expect(readConfig({ ...enough, OMNITRON_DISTRICTS: text })).toMatchObject({ districts });
  });

  it.each([
    [{ OMNITRON_USERNAME: undefined }, 'OMNITRON_USERNAME must be set.'],
    [{ OMNITRON_PASSWORD: '' }, 'OMNITRON_PASSWORD must be set.'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
    [{ PORT: '1e3' }, 'PORT must be a whole number from 0 to 65535, not "1e3".'],
    [{ OMNITRON_DISTRICTS: '73257' }, 'OMNITRON_DISTRICTS must be a whole number from 0 to 73256, not "73257".'],
    [{ OMNITRON_DISTRICTS: '-1' }, 'OMNITRON_DISTRICTS must be a whole number from 0 to 73256, not "-1".'],
    [
      { OMNITRON_CUSTOMERS: '10000001' },
      'OMNITRON_CUSTOMERS must be a whole number from 0 to 10000000, not "10000001".',
    ],
    [{ OMNITRON_ANSWERS: 'xml' }, 'OMNITRON_ANSWERS must be one of envelope, array, not "xml".'],
  ])('refuses %p', (change, sentence) => {
    expect(() => readConfig({ ...enough, ...change })).toThrow(sentence);
  });
});
