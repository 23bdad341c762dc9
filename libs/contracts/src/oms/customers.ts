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
  @StringField({ label: 'Phone number', required: false, allowNull: true, maxLength: 128 }) phone_number!: string | null;
  @StringField({ label: 'Partner customer code', required: false, allowNull: true, maxLength: 64 }) erp_code!: string | null;
  @PkField({ label: 'Channel', required: false, allowNull: true }) channel!: number | null;
}

const customers = resource({ family: 'oms', path: 'customers', of: Customer });

export const listCustomers = customers.list({
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
