import { scopes } from '@refundry/auth';
import { LinkField, resource, StringField } from '@refundry/resource';
import { Saved } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** Where goods are sold. */
export class Shop {
  @LinkField({ label: 'Url', to: 'shops/{}' }) url!: string;
  @StringField({ label: 'Shop id', maxLength: 150 }) shop_id!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
}

const shops = resource({ family: 'retail', path: 'shops', of: Shop, title: 'Shop' });

export const listShops = shops.list({ scope: read, formats, sort: ['shop_id'], order: ['id'] });
export const saveShops = shops.create({ scope: write, formats, atMost: 2000, output: Saved });
export const readShop = shops.detail({ scope: read, formats });
