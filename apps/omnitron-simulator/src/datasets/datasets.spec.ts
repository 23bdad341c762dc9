import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceNames } from '../resource.js';
import { StartError } from '../start-error.js';
import { RunningSimulator } from '../testing/running-simulator.js';
import { initialRows } from './initial-rows.js';

describe('the default data', () => {
  const rows = initialRows(undefined, { districts: 0, customers: 109 });

  it('begins with the two reasons of the document', () => {
    expect(rows('cancellation_reasons').slice(0, 2)).toMatchObject([
      {
        pk: 1,
        cancellation_type: 'cancel',
        subject: 'Yanl\u0131\u015f \u00fcr\u00fcn ald\u0131m.',
        order: 100,
        created_date: '2023-07-04T10:30:31.298861Z',
        modified_date: '2023-07-04T10:30:31.298873Z',
      },
      {
        pk: 2,
        cancellation_type: 'cancel',
        subject: '\u00dcr\u00fcn\u00fc sat\u0131n almaktan vazge\u00e7tim.',
        order: 100,
        created_date: '2023-07-04T10:30:31.302982Z',
        modified_date: '2023-07-04T10:30:31.302995Z',
      },
    ]);
  });

  it('has the customers of the document under their omnitron_id', () => {
    expect(
      rows('customers')
        .map((row) => row.pk)
        .slice(0, 10),
    ).toEqual([55, 56, 57, 60, 61, 66, 70, 81, 101, 105]);
    expect(rows('customers')).toHaveLength(109);
  });

  it.each([0, 7, 109, 3000])(
    'has %s customers when it is told to, in the order of their pk, and the first always the same',
    (count) => {
      const customers = initialRows(undefined, { districts: 0, customers: count })('customers');
      expect(customers).toHaveLength(count);
      expect(customers.map(({ pk }) => pk)).toEqual(customers.map(({ pk }) => pk).toSorted((a, b) => a - b));
      expect(customers.slice(0, 109)).toEqual(rows('customers').slice(0, count));
      expect(new Set(customers.map(({ email }) => email)).size).toBe(count);
    },
  );

  it('has a channel for every customer', () => {
    const channels = new Set<unknown>(rows('channels').map((channel) => channel.pk));
    expect(rows('customers').filter((customer) => !channels.has(customer.channel))).toEqual([]);
  });

  it.each(resourceNames)('dates %s in microseconds', (resource) => {
    const inMicroseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
    const isRight = (date: unknown): boolean => typeof date === 'string' && inMicroseconds.test(date);
    expect(
      initialRows(undefined, { districts: 73_256, customers: 2000 })(resource).filter(
        (row) => !isRight(row.created_date) || !isRight(row.modified_date),
      ),
    ).toEqual([]);
  });
});

describe('a dataset folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'omnitron-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('replaces the default data of the resources that it has a file for', async () => {
    await writeFile(join(folder, 'channels.json'), '[{"pk": 9, "name": "Depo"}]');
    const omnitron = await RunningSimulator.start({ dataset: folder });
    expect(await omnitron.list('/api/v1/channels/')).toMatchObject({ count: 1, results: [{ pk: 9, name: 'Depo' }] });
    expect(await omnitron.pks('/api/v1/countries/')).toHaveLength(1);
    await omnitron.close();
  });

  it('has as many districts as its file, whatever number the default data has', async () => {
    await writeFile(join(folder, 'districts.json'), '[{"pk": 2}, {"pk": 1}]');
    expect(initialRows(folder, { districts: 500, customers: 0 })('districts')).toEqual([{ pk: 1 }, { pk: 2 }]);
  });

  it.each([
    ['{', /channels\.json can't be used: .*JSON/],
    ['{}', /channels\.json can't be used: The list of rows must be an array\./],
    ['[{"pk": 1}, {"name": "x"}]', /channels\.json can't be used: Row 1 must have an integer pk\./],
    ['[{"pk": 1}, {"pk": 1}]', /channels\.json can't be used: The pk 1 stands there twice\./],
  ])('is refused with one sentence when a file holds %s', async (text, sentence) => {
    await writeFile(join(folder, 'channels.json'), text);
    const load = (): unknown => initialRows(folder, { districts: 0, customers: 0 });
    expect(load).toThrow(StartError);
    expect(load).toThrow(sentence);
  });

  it('is refused with one sentence when there is no such folder', () => {
    expect(() => initialRows(join(folder, 'none'), { districts: 0, customers: 0 })).toThrow(
      /OMNITRON_DATASET: the folder .*none can't be read/,
    );
  });
});
