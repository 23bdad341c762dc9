import { Module, type DynamicModule } from '@nestjs/common';
import { auditController } from '@refundry/audit';
import {
  eventTypes,
  supplierRefundAudit,
  supplierRefundEvents,
  supplierRefundSettings,
  supplierRefundWebhookDecisions,
  supplierRefundWebhooks,
} from '@refundry/contracts';
import { EventsModule } from '@refundry/outbox';
import { DatabaseModule, IdempotentRequests } from '@refundry/persistence';
import { settingsController } from '@refundry/settings';
import { eventDeliveries, WebhooksModule } from '@refundry/webhooks';
import { ProductsController } from './products/products.controller.js';
import { ReceiveDocumentsController } from './receive-documents/receive-documents.controller.js';
import { BatchSaver } from './saving/batch-saver.js';
import { ShopsController } from './shops/shops.controller.js';
import type { SupplierRefundConfig } from './supplier-refund.config.js';
import { SupplierRefundsController } from './supplier-refunds/supplier-refunds.controller.js';
import { SupplierRefundsReader } from './supplier-refunds/supplier-refunds.reader.js';
import { SupplierRefundsService } from './supplier-refunds/supplier-refunds.service.js';
import { SuppliersController } from './suppliers/suppliers.controller.js';

/** Batches that write the same documents wait for each other, and others must find connections left. */
const poolSize = 20;

type SupplierRefundModuleConfig = Pick<
  SupplierRefundConfig,
  'databaseUrl' | 'natsUrl' | 'secretKey' | 'allowsPlainWebhooks'
>;

@Module({})
export class SupplierRefundModule {
  static with({
    databaseUrl,
    natsUrl,
    secretKey,
    allowsPlainWebhooks: allowsPlain,
  }: SupplierRefundModuleConfig): DynamicModule {
    const events = EventsModule.forRoot({
      service: 'supplier-refund',
      natsUrl,
      types: eventTypes,
      endpoints: supplierRefundEvents,
      deliveries: eventDeliveries,
    });
    return {
      module: SupplierRefundModule,
      imports: [
        DatabaseModule.forRoot({ service: 'supplier-refund', url: databaseUrl, entities: [], poolSize }),
        events,
        WebhooksModule.forRoot(events, {
          endpoints: supplierRefundWebhooks,
          decisions: supplierRefundWebhookDecisions,
          settings: supplierRefundSettings,
          types: eventTypes,
          secretKey,
          allowsPlain,
        }),
      ],
      controllers: [
        SupplierRefundsController,
        ReceiveDocumentsController,
        SuppliersController,
        ShopsController,
        ProductsController,
        auditController(supplierRefundAudit),
        settingsController(supplierRefundSettings),
      ],
      providers: [IdempotentRequests, BatchSaver, SupplierRefundsReader, SupplierRefundsService],
    };
  }
}
