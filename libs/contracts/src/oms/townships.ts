import { scopes } from '@refundry/auth';
import { BooleanField, DecimalField, IntegerField, resource, StringField } from '@refundry/resource';
import { coordinate } from './coordinate.js';

/** A township of a city. */
export class Township {
  @IntegerField({ label: 'ID', readOnly: true }) pk!: number;
  @StringField({ label: 'Name' }) name!: string;
  @IntegerField({ label: 'City' }) city!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DecimalField({ label: 'Longitude', ...coordinate }) longitude!: string | null;
  @DecimalField({ label: 'Latitude', ...coordinate }) latitude!: string | null;
}

const example = { pk: 440, name: 'Kadıköy', city: 34, is_active: true, longitude: null, latitude: null };

const townships = resource({
  family: 'oms',
  path: 'townships',
  of: Township,
  aliases: ['townships/list-simple'],
  example,
});

export const listTownships = townships.list({
  summary: 'List townships',
  scope: scopes.oms.read,
  filters: {
    pk: ['gt', 'gte', 'lt', 'lte'],
    city: ['exact'],
    is_active: ['exact'],
    name: ['search'],
  },
  sort: ['pk', 'name'],
  order: ['pk'],
});

export const getTownship = townships.detail({ summary: 'Read a township', scope: scopes.oms.read });
