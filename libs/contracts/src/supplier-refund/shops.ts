import { scopes } from '@refundry/auth';
import { LinkField, resource, StringField } from '@refundry/resource';
import { Saved, savedExample } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** A shop that sells goods. */
export class Shop {
  @LinkField({ label: 'Url', to: 'shops/{}' }) url!: string;
  @StringField({ label: 'Shop id', maxLength: 150 }) shop_id!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
}

const example = { url: 'http://api.datawiz.io/api/v1/shops/shop-1/', shop_id: 'shop-1', name: 'Khreshchatyk' };
const inputExample = { shop_id: 'shop-1', name: 'Khreshchatyk' };
const shops = resource({ family: 'retail', path: 'shops', of: Shop, title: 'Shop', example, inputExample });

export const listShops = shops.list({ summary: 'List shops', scope: read, formats, sort: ['shop_id'], order: ['id'] });
export const saveShops = shops.create({
  summary: 'Save a shop, or up to 2,000, all or none',
  example: savedExample,
  scope: write,
  formats,
  atMost: 2000,
  output: Saved,
});
export const readShop = shops.detail({ summary: 'Read a shop', scope: read, formats });
