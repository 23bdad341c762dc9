import { scopes } from '@refundry/auth';
import { BooleanField, DecimalField, IntegerField, resource, StringField } from '@refundry/resource';
import { coordinate } from './coordinate.js';

/** A district of a township. */
export class District {
  @IntegerField({ label: 'ID', readOnly: true }) pk!: number;
  @StringField({ label: 'Name' }) name!: string;
  @IntegerField({ label: 'City' }) city!: number;
  @IntegerField({ label: 'Township' }) township!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DecimalField({ label: 'Longitude', ...coordinate }) longitude!: string | null;
  @DecimalField({ label: 'Latitude', ...coordinate }) latitude!: string | null;
}

const districts = resource({ family: 'oms', path: 'districts', of: District, aliases: ['districts/list-simple'] });

export const listDistricts = districts.list({
  scope: scopes.oms.read,
  filters: {
    pk: ['gt', 'gte', 'lt', 'lte'],
    city: ['exact'],
    township: ['exact'],
    is_active: ['exact'],
    name: ['search'],
  },
  sort: ['pk', 'name'],
  order: ['pk'],
});

export const getDistrict = districts.detail({ scope: scopes.oms.read });
