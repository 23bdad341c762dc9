import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import { type DataSource, Entity, LessThan, MoreThan, PrimaryColumn, type Repository } from 'typeorm';
import { dataSourceOf, MicrosecondsColumn } from '../index.js';

@Entity('item')
class Item {
  @PrimaryColumn('integer') id!: number;
  @MicrosecondsColumn() modified_date!: string;
  @MicrosecondsColumn({ nullable: true }) finished_date!: string | null;
  @MicrosecondsColumn({ default: () => 'clock_timestamp()' }) created_date!: string;
}

let database: DataSource;
let items: Repository<Item>;

beforeAll(async () => {
  database = await dataSourceOf((await testDatabase('oms')).ownerUrl, [Item]).initialize();
  await database.query(
    `create table item (id integer primary key, modified_date timestamptz not null, finished_date timestamptz,
      created_date timestamptz not null default clock_timestamp())`,
  );
  items = database.getRepository(Item);
});

beforeEach(() => database.query('delete from item'));
afterAll(() => database.destroy());

const at = (fraction: string): string => `2023-07-04T10:30:31${fraction}Z`;
const versionOf = async (id: number): Promise<string | undefined> =>
  (await database.query<{ version: string }[]>('select xmin::text as version from item where id = $1', [id]))[0]
    ?.version;

describe('a column with microseconds', () => {
  it.each(['.298861', '.298860', '.000001', '.999999', '.500000', ''])(
    'gives back the fraction %p',
    async (fraction) => {
      await items.save({ id: 1, modified_date: at(fraction), finished_date: null });
      expect(await items.findOneByOrFail({ id: 1 })).toMatchObject({
        modified_date: at(fraction),
        finished_date: null,
      });
    },
  );

  it('gives back any microsecond', async () => {
    const instants = fc.sample(
      fc.tuple(fc.integer({ min: -62_000_000_000, max: 253_000_000_000 }), fc.integer({ min: 1, max: 999_999 })),
      { numRuns: 300, seed: 1 },
    );
    const texts = instants.map(
      ([seconds, microseconds]) =>
        `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(microseconds).padStart(6, '0')}Z`,
    );
    await items.insert(texts.map((modified_date, id) => ({ id, modified_date })));
    expect((await items.find({ order: { id: 'asc' } })).map(({ modified_date }) => modified_date)).toEqual(texts);
  });

  it('is UTC, whatever offset was given', async () => {
    await items.save({ id: 1, modified_date: '2023-07-04T13:30:31.298861+03:00' });
    expect((await items.findOneByOrFail({ id: 1 })).modified_date).toBe(at('.298861'));
  });

  it('is saved when only the sixth digit has changed', async () => {
    await items.save({ id: 1, modified_date: at('.298861') });
    const item = await items.findOneByOrFail({ id: 1 });
    item.modified_date = at('.298862');
    await items.save(item);
    expect((await items.findOneByOrFail({ id: 1 })).modified_date).toBe(at('.298862'));
  });

  it('is not written when it has not changed', async () => {
    await items.save({ id: 1, modified_date: at('.298861'), finished_date: at('.5') });
    const version = await versionOf(1);
    await items.save(await items.findOneByOrFail({ id: 1 }));
    expect(await versionOf(1)).toBe(version);
  });

  it('can be set to null', async () => {
    await items.save({ id: 1, modified_date: at(''), finished_date: at('.298861') });
    await items.update({ id: 1 }, { finished_date: null });
    expect((await items.findOneByOrFail({ id: 1 })).finished_date).toBeNull();
  });

  it('brings the time that PostgreSQL chose', async () => {
    const { created_date } = await items.save({ id: 1, modified_date: at('') });
    expect(created_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z$/);
    expect((await items.findOneByOrFail({ id: 1 })).created_date).toBe(created_date);
  });

  it('is found by its microseconds', async () => {
    await items.insert(['.298860', '.298861', '.298862'].map((fraction, id) => ({ id, modified_date: at(fraction) })));
    const ids = async (where: Parameters<typeof items.find>[0]): Promise<number[]> =>
      (await items.find({ ...where, order: { modified_date: 'asc' } })).map(({ id }) => id);
    expect(await ids({ where: { modified_date: at('.298861') } })).toEqual([1]);
    expect(await ids({ where: { modified_date: MoreThan(at('.298861')) } })).toEqual([2]);
    expect(await ids({ where: { modified_date: LessThan(at('.298862')) } })).toEqual([0, 1]);
  });
});
