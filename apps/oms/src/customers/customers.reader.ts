import { Injectable } from '@nestjs/common';
import { Customer } from '@refundry/contracts';
import { Lane, ResourceReader, resourceTable } from '@refundry/persistence';

@Injectable()
export class CustomersReader extends ResourceReader<Customer> {
  constructor(lane: Lane) {
    super(lane, Customer, resourceTable('customer', Customer, { channel: 'channel_id' }));
  }
}
