import { Module, type DynamicModule } from '@nestjs/common';
import { eventTypes, supplierRefundEvents } from '@refundry/contracts';
import type { DatabaseConfig } from '@refundry/database-app';
import { EventsModule } from '@refundry/outbox';
import { DatabaseModule, IdempotentRequests } from '@refundry/persistence';
import { ProductsController } from './products/products.controller.js';
import { ReceiveDocumentsController } from './receive-documents/receive-documents.controller.js';
import { BatchSaver } from './saving/batch-saver.js';
import { ShopsController } from './shops/shops.controller.js';
import { SupplierRefundsController } from './supplier-refunds/supplier-refunds.controller.js';
import { SupplierRefundsReader } from './supplier-refunds/supplier-refunds.reader.js';
import { SupplierRefundsService } from './supplier-refunds/supplier-refunds.service.js';
import { SuppliersController } from './suppliers/suppliers.controller.js';

/** Batches that write the same documents wait for each other, and others must find connections left. */
const poolSize = 20;

@Module({})
export class SupplierRefundModule {
  static with({ databaseUrl, natsUrl }: Pick<DatabaseConfig, 'databaseUrl' | 'natsUrl'>): DynamicModule {
    return {
      module: SupplierRefundModule,
      imports: [
        DatabaseModule.forRoot({ service: 'supplier-refund', url: databaseUrl, entities: [], poolSize }),
        EventsModule.forRoot({
          service: 'supplier-refund',
          natsUrl,
          types: eventTypes,
          endpoints: supplierRefundEvents,
        }),
      ],
      controllers: [
        SupplierRefundsController,
        ReceiveDocumentsController,
        SuppliersController,
        ShopsController,
        ProductsController,
      ],
      providers: [IdempotentRequests, BatchSaver, SupplierRefundsReader, SupplierRefundsService],
    };
  }
}
