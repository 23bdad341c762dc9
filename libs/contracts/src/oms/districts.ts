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

const example = {
  pk: 2100,
  name: 'Caferağa',
  city: 34,
  township: 440,
  is_active: true,
  longitude: null,
  latitude: null,
};

const districts = resource({
  family: 'oms',
  path: 'districts',
  of: District,
  aliases: ['districts/list-simple'],
  example,
});

export const listDistricts = districts.list({
  summary: 'List districts',
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

export const getDistrict = districts.detail({ summary: 'Read a district', scope: scopes.oms.read });
