import { listProducts, Product, readProduct, saveProducts } from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { savedResource } from '../saving/saved-resource.js';

export const ProductsController = savedResource(
  { list: listProducts, detail: readProduct, save: saveProducts },
  resourceTable('product', Product, { url: 'product_id' }),
  { of: Product, table: 'product', key: ['product_id'] },
);
