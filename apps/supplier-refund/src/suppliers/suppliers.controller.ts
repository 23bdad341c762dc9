import { listSuppliers, readSupplier, saveSuppliers, Supplier } from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { savedResource } from '../saving/saved-resource.js';

export const SuppliersController = savedResource(
  { list: listSuppliers, detail: readSupplier, save: saveSuppliers },
  resourceTable('supplier', Supplier, { url: 'supplier_id' }),
  { of: Supplier, table: 'supplier', key: ['supplier_id'] },
);
