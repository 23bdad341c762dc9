import { listShops, readShop, saveShops, Shop } from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { savedResource } from '../saving/saved-resource.js';

export const ShopsController = savedResource(
  { list: listShops, detail: readShop, save: saveShops },
  resourceTable('shop', Shop, { url: 'shop_id' }),
  { of: Shop, table: 'shop', key: ['shop_id'] },
);
