import { BooleanField, DateTimeField, DecimalField, IntegerField, StringField } from '@refundry/resource';
import { MirrorTable } from '../sync/mirror-table.js';
import { PagedLevel, type LevelTools } from '../sync/paged-level.js';
import { publishesAddresses } from '../sync/row-events.js';
import type { Level } from '../sync/sync-step.js';

const key = { minValue: -2147483648, maxValue: 2147483647 };
const optional = { required: false, allowNull: true };
const coordinate = { maxDigits: 11, decimalPlaces: 8, ...optional };

/** The fields of every place that we keep. */
class UpstreamPlace {
  @IntegerField({ label: 'Key', ...key }) pk!: number;
  @StringField({ label: 'Name', maxLength: 500, trim: false, allowBlank: true }) name!: string;
  @BooleanField({ label: 'Is active', ...optional }) is_active?: boolean | null;
  @DateTimeField({ label: 'Created date', ...optional }) created_date?: string | null;
  @DateTimeField({ label: 'Modified date', ...optional }) modified_date?: string | null;
}

class UpstreamCountry extends UpstreamPlace {
  @StringField({ label: 'Code', maxLength: 100, trim: false, allowBlank: true, ...optional }) code?: string | null;
}

class UpstreamLocated extends UpstreamPlace {
  @DecimalField({ label: 'Longitude', ...coordinate }) longitude?: string | null;
  @DecimalField({ label: 'Latitude', ...coordinate }) latitude?: string | null;
}

class UpstreamCity extends UpstreamLocated {
  @IntegerField({ label: 'Country', ...key }) country!: number;
}

class UpstreamTownship extends UpstreamLocated {
  @IntegerField({ label: 'City', ...key }) city!: number;
}

class UpstreamDistrict extends UpstreamLocated {
  @IntegerField({ label: 'City', ...key }) city!: number;
  @IntegerField({ label: 'Township', ...key }) township!: number;
}

const place = { name: 'text', is_active: 'boolean' } as const;
const located = { ...place, longitude: 'numeric', latitude: 'numeric' } as const;
const defaults = { is_active: true };

/**
 * Countries, cities, townships and districts, parents first. A row that is here already stays as it is: the step adds
 * (oms-address-setup.txt).
 */
export function addressLevels(tools: LevelTools): Level[] {
  return [
    new PagedLevel(tools, {
      name: 'countries',
      of: UpstreamCountry,
      onWritten: publishesAddresses('countries'),
      table: new MirrorTable<UpstreamCountry>({
        table: 'country',
        columns: { ...place, code: 'text' },
        defaults: { ...defaults, code: '' },
      }),
    }),
    new PagedLevel(tools, {
      name: 'cities',
      of: UpstreamCity,
      onWritten: publishesAddresses('cities'),
      table: new MirrorTable<UpstreamCity>({
        table: 'city',
        columns: located,
        parents: { country: 'country' },
        defaults,
      }),
    }),
    new PagedLevel(tools, {
      name: 'townships',
      of: UpstreamTownship,
      onWritten: publishesAddresses('townships'),
      table: new MirrorTable<UpstreamTownship>({
        table: 'township',
        columns: located,
        parents: { city: 'city' },
        defaults,
      }),
    }),
    new PagedLevel(tools, {
      name: 'districts',
      of: UpstreamDistrict,
      onWritten: publishesAddresses('districts'),
      table: new MirrorTable<UpstreamDistrict>({
        table: 'district',
        columns: located,
        parents: { city: 'city', township: 'township' },
        defaults,
      }),
    }),
  ];
}
