import { scopes } from '@refundry/auth';
import { BooleanField, DecimalField, IntegerField, resource, StringField } from '@refundry/resource';
import { coordinate } from './coordinate.js';

/** A city of a country. */
export class City {
  @IntegerField({ label: 'ID', readOnly: true }) pk!: number;
  @StringField({ label: 'Name' }) name!: string;
  @IntegerField({ label: 'Country' }) country!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DecimalField({ label: 'Longitude', ...coordinate }) longitude!: string | null;
  @DecimalField({ label: 'Latitude', ...coordinate }) latitude!: string | null;
}

const cities = resource({ family: 'oms', path: 'cities', of: City, aliases: ['cities/list-simple'] });

export const listCities = cities.list({
  scope: scopes.oms.read,
  filters: {
    pk: ['gt', 'gte', 'lt', 'lte'],
    country: ['exact'],
    is_active: ['exact'],
    name: ['search'],
  },
  sort: ['pk', 'name'],
  order: ['pk'],
});

export const getCity = cities.detail({ scope: scopes.oms.read });
