import { type ResourceName } from '../resource.js';
import { type Row } from '../row.js';
import { cancellationReasons } from './cancellation-reasons.js';
import { channels } from './channels.js';
import { cities } from './cities.js';
import { countries } from './countries.js';
import { customers } from './customers.js';
import { openDatasetFolder } from './dataset-folder.js';
import { districts } from './districts.js';
import { townships } from './townships.js';

const defaultRows: Readonly<Record<ResourceName, readonly Row[]>> = { cancellation_reasons: cancellationReasons, channels, countries, cities, townships, districts, customers };

/**
 * What the upstream has when it starts: the folder's rows, and the default ones where the folder has no file.
 *
 * @throws StartError when the folder or a file in it can't be used
 */
export function initialRows(folder: string | undefined): (resource: ResourceName) => readonly Row[] {
  if (folder === undefined) return (resource) => defaultRows[resource];
  const dataset = openDatasetFolder(folder);
  return (resource) => dataset(resource) ?? defaultRows[resource];
}
