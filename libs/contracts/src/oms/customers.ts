import { scopes } from '@refundry/auth';
import { DateTimeField, EmailField, IntegerField, PkField, resource, StringField } from '@refundry/resource';

/** A customer, for business intelligence (oms-customers.txt). */
export class Customer {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
  @IntegerField({ label: 'Omnitron id', minValue: -2147483648, maxValue: 2147483647 }) omnitron_id!: number;
  @EmailField({ label: 'Email', maxLength: 254 }) email!: string;
  @StringField({ label: 'First name', required: false, maxLength: 255 }) first_name!: string;
  @StringField({ label: 'Last name', required: false, maxLength: 255 }) last_name!: string;
  @StringField({ label: 'Phone number', required: false, allowNull: true, maxLength: 128 }) phone_number!:
    string | null;
  @StringField({ label: 'Partner customer code', required: false, allowNull: true, maxLength: 64 }) erp_code!:
    string | null;
  @PkField({ label: 'Channel', required: false, allowNull: true }) channel!: number | null;
}

const example = {
  id: 1,
  created_date: '2023-10-06T08:42:53.427023Z',
  modified_date: '2023-10-06T08:42:53.427050Z',
  omnitron_id: 55,
  email: 'ali.test@akinon.com',
  first_name: 'Ali',
  last_name: 'Test',
  phone_number: '05555554433',
  erp_code: null,
  channel: 1,
};

const customers = resource({ family: 'oms', path: 'customers', of: Customer, example });

export const listCustomers = customers.list({
  summary: 'List customers, or export them',
  description:
    'As CSV or as a workbook it answers everything that the filters leave, or with `page` that page. Dates in ' +
    'a workbook are UTC, cut off at the millisecond.',
  path: 'list-simple',
  scope: scopes.oms.read,
  formats: ['json', 'csv', 'xls'],
  filters: {
    id: ['gt', 'gte', 'lt', 'lte'],
    first_name: ['exact'],
    last_name: ['exact'],
    email: ['exact'],
    phone_number: ['exact'],
    erp_code: ['exact'],
    channel: ['exact'],
    modified_date: { grouped: ['exact', 'gt', 'gte', 'lt', 'lte'] },
  },
  sort: ['id', 'modified_date'],
  order: ['id'],
});
