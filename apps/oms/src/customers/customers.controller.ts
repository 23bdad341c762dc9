import { Controller } from '@nestjs/common';
import { listCustomers, type Customer } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ListRequest, Page } from '@refundry/resource';
import { CustomersReader } from './customers.reader.js';

@Controller()
export class CustomersController {
  constructor(private readonly customers: CustomersReader) {}

  @Handles(listCustomers)
  list(request: ListRequest): Promise<Page<Customer>> {
    return this.customers.page(request);
  }
}
