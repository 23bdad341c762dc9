/** One kind of rows of the step, as Omnitron and as our database name it. */
export interface AddressLevel {
  readonly resource: string;
  readonly table: string;
  /** The columns that a copy of the table brings; all others PostgreSQL fills in by itself. A district's id is asked for by nobody. */
  readonly columns: readonly string[];
  readonly rows: number;
}

const kept = ['omnitron_id', 'is_active', 'omnitron_created_date', 'omnitron_modified_date', 'name'];
const coordinates = ['longitude', 'latitude'];

/** What the simulator has, unless it is told to have fewer, for a quick trial. */
const districts = Number(process.env.OMNITRON_DISTRICTS ?? 73_256);

/** Parents first. */
export const levels: readonly AddressLevel[] = [
  { resource: 'countries', table: 'country', columns: ['id', ...kept, 'code'], rows: 1 },
  { resource: 'cities', table: 'city', columns: ['id', ...kept, ...coordinates, 'country_id'], rows: 81 },
  { resource: 'townships', table: 'township', columns: ['id', ...kept, ...coordinates, 'city_id'], rows: 999 },
  { resource: 'districts', table: 'district', columns: [...kept, ...coordinates, 'city_id', 'township_id'], rows: districts },
];

export const rowsInAll = levels.reduce((sum, { rows }) => sum + rows, 0);
