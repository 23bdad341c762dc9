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

const example = {
  pk: 34,
  name: 'İstanbul',
  country: 1,
  is_active: true,
  longitude: '28.97835900',
  latitude: '41.00823800',
};

const cities = resource({ family: 'oms', path: 'cities', of: City, aliases: ['cities/list-simple'], example });

export const listCities = cities.list({
  summary: 'List cities',
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

export const getCity = cities.detail({ summary: 'Read a city', scope: scopes.oms.read });
