import { type ResourceName } from '../resource.js';
import { type Row } from '../row.js';
import { cancellationReasons } from './cancellation-reasons.js';
import { channels } from './channels.js';
import { cities } from './cities.js';
import { countries } from './countries.js';
import { customers } from './customers.js';
import { readDatasetFolder } from './dataset-folder.js';
import { districts } from './districts.js';
import { townships } from './townships.js';

const defaultRows: Readonly<Record<Exclude<ResourceName, 'districts' | 'customers'>, readonly Row[]>> = {
  cancellation_reasons: cancellationReasons,
  channels,
  countries,
  cities,
  townships,
};

/** How many rows the default data has where that can be chosen. */
export interface RowCounts {
  readonly districts: number;
  readonly customers: number;
}

/**
 * The initial data of the upstream: the folder's rows, and the default ones where the folder has no file. Rows of a
 * chosen number are made each time that they are asked for.
 *
 * @throws StartError when the folder or a file in it can't be used
 */
export function initialRows(folder: string | undefined, counts: RowCounts): (resource: ResourceName) => readonly Row[] {
  const given = folder === undefined ? undefined : readDatasetFolder(folder);
  return (resource) => given?.get(resource) ?? byDefault(resource, counts);
}

function byDefault(resource: ResourceName, counts: RowCounts): readonly Row[] {
  if (resource === 'districts') return districts(counts.districts);
  return resource === 'customers' ? customers(counts.customers) : defaultRows[resource];
}
