import { Customer, listCustomers } from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { readOnlyController } from '../read-only-resource.js';

export const CustomersController = readOnlyController(
  listCustomers,
  undefined,
  resourceTable('customer', Customer, { channel: 'channel_id' }),
);
