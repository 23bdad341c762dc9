import { scopes } from '@refundry/auth';
import { LinkField, resource, StringField } from '@refundry/resource';
import { Saved } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** What is bought and sold. */
export class Product {
  @LinkField({ label: 'Url', to: 'products/{}' }) url!: string;
  @StringField({ label: 'Product id', maxLength: 150 }) product_id!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @StringField({ label: 'Barcode', required: false, allowNull: true, allowBlank: true, maxLength: 200 }) barcode?: string | null;
}

const products = resource({ family: 'retail', path: 'products', of: Product, title: 'Product' });

export const listProducts = products.list({ scope: read, formats, sort: ['product_id'], order: ['id'] });
export const saveProducts = products.create({ scope: write, formats, atMost: 2000, output: Saved });
export const readProduct = products.detail({ scope: read, formats });
