import { scopes } from '@refundry/auth';
import { BooleanField, IntegerField, resource, StringField } from '@refundry/resource';

/**
 * A country of addresses. Keys are our own, also where one row names another; `list-simple` is the path clients know.
 */
export class Country {
  @IntegerField({ label: 'ID', readOnly: true }) pk!: number;
  @StringField({ label: 'Name' }) name!: string;
  @StringField({ label: 'Code' }) code!: string;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
}

const example = { pk: 1, name: 'Türkiye', code: 'tr', is_active: true };

const countries = resource({
  family: 'oms',
  path: 'countries',
  of: Country,
  aliases: ['countries/list-simple'],
  example,
});

export const listCountries = countries.list({
  summary: 'List countries',
  scope: scopes.oms.read,
  filters: {
    pk: ['gt', 'gte', 'lt', 'lte'],
    code: ['exact'],
    is_active: ['exact'],
    name: ['search'],
  },
  sort: ['pk', 'name'],
  order: ['pk'],
});

export const getCountry = countries.detail({ summary: 'Read a country', scope: scopes.oms.read });
