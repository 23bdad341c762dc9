import { scopes } from '@refundry/auth';
import { LinkField, resource, StringField } from '@refundry/resource';
import { Saved, savedExample } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** Goods that are bought and sold. */
export class Product {
  @LinkField({ label: 'Url', to: 'products/{}' }) url!: string;
  @StringField({ label: 'Product id', maxLength: 150 }) product_id!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @StringField({ label: 'Barcode', required: false, allowNull: true, allowBlank: true, maxLength: 200 }) barcode?:
    string | null;
}

const example = {
  url: 'http://api.datawiz.io/api/v1/products/milk/',
  product_id: 'milk',
  name: 'Milk',
  barcode: '4820000000000',
};
const inputExample = { product_id: 'milk', name: 'Milk', barcode: '4820000000000' };
const products = resource({ family: 'retail', path: 'products', of: Product, title: 'Product', example, inputExample });

export const listProducts = products.list({
  summary: 'List products',
  scope: read,
  formats,
  sort: ['product_id'],
  order: ['id'],
});
export const saveProducts = products.create({
  summary: 'Save a product, or up to 2,000, all or none',
  example: savedExample,
  scope: write,
  formats,
  atMost: 2000,
  output: Saved,
});
export const readProduct = products.detail({ summary: 'Read a product', scope: read, formats });
