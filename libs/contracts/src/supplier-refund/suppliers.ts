import { scopes } from '@refundry/auth';
import { IntegerField, LinkField, resource, StringField } from '@refundry/resource';
import { Saved, savedExample } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** A supplier of goods, to whom they are returned. */
export class Supplier {
  @LinkField({ label: 'Url', to: 'suppliers/{}' }) url!: string;
  @StringField({ label: 'Supplier id', maxLength: 100 }) supplier_id!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @StringField({ label: 'Supplier code', required: false, allowNull: true, allowBlank: true, maxLength: 50 })
  supplier_code?: string | null;
  @StringField({ label: 'Phone', required: false, allowNull: true, allowBlank: true, maxLength: 25 }) phone?:
    string | null;
  @IntegerField({
    label: 'Commodity credit days',
    required: false,
    allowNull: true,
    minValue: -2147483648,
    maxValue: 2147483647,
  })
  commodity_credit_days?: number | null;
  @StringField({ label: 'Address', required: false, allowNull: true, allowBlank: true, maxLength: 50 }) address?:
    string | null;
}

const example = {
  url: 'http://api.datawiz.io/api/v1/suppliers/supplier-1/',
  supplier_id: 'supplier-1',
  name: 'Dairy',
  supplier_code: null,
  phone: null,
  commodity_credit_days: 14,
  address: null,
};
const inputExample = { supplier_id: 'supplier-1', name: 'Dairy', commodity_credit_days: 14 };
const suppliers = resource({
  family: 'retail',
  path: 'suppliers',
  of: Supplier,
  title: 'Supplier',
  example,
  inputExample,
});

export const listSuppliers = suppliers.list({
  summary: 'List suppliers',
  scope: read,
  formats,
  sort: ['supplier_id'],
  order: ['id'],
});
export const saveSuppliers = suppliers.create({
  summary: 'Save a supplier, or up to 2,000, all or none',
  example: savedExample,
  scope: write,
  formats,
  atMost: 2000,
  output: Saved,
});
export const readSupplier = suppliers.detail({ summary: 'Read a supplier', scope: read, formats });
