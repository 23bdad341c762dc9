import type { SetupStep } from './step.js';

const kept = ['omnitron_id', 'is_active', 'omnitron_created_date', 'omnitron_modified_date', 'name'];
const coordinates = ['longitude', 'latitude'];

/** The simulator's default number of rows; smaller for a quick trial. */
const districts = process.env.OMNITRON_DISTRICTS ?? '73256';

/** A district's id is asked for by nobody, so PostgreSQL gives a copy another. */
export const addresses: SetupStep = {
  name: 'addresses',
  levels: [
    { resource: 'countries', table: 'country', columns: ['id', ...kept, 'code'], rows: 1 },
    { resource: 'cities', table: 'city', columns: ['id', ...kept, ...coordinates, 'country_id'], rows: 81 },
    { resource: 'townships', table: 'township', columns: ['id', ...kept, ...coordinates, 'city_id'], rows: 999 },
    {
      resource: 'districts',
      table: 'district',
      columns: [...kept, ...coordinates, 'city_id', 'township_id'],
      rows: Number(districts),
    },
  ],
  keepsFirstOnly: false,
  simulator: { OMNITRON_DISTRICTS: districts },
};
