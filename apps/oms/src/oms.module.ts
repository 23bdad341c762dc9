import { Module, type DynamicModule } from '@nestjs/common';
import { Vault } from '@refundry/auth';
import { DatabaseModule } from '@refundry/persistence';
import { CancellationReasonsController } from './cancellation-reasons/cancellation-reasons.controller.js';
import { CancellationReasonsPull } from './cancellation-reasons/cancellation-reasons.pull.js';
import { CancellationReasonsReader } from './cancellation-reasons/cancellation-reasons.reader.js';
import { OmnitronConnectionRow } from './omnitron-connections/omnitron-connection.entity.js';
import { OmnitronConnectionsController } from './omnitron-connections/omnitron-connections.controller.js';
import { OmnitronConnectionsService } from './omnitron-connections/omnitron-connections.service.js';
import { OmnitronHttp } from './omnitron/omnitron-http.js';
import { OmnitronKeys } from './omnitron/omnitron-keys.js';
import { Omnitron } from './omnitron/omnitron.js';
import { omsConfigToken, type OmsConfig } from './oms.config.js';

@Module({})
export class OmsModule {
  static with(config: OmsConfig): DynamicModule {
    const { databaseUrl, secretKey, upstreamTimeoutMs, allowsPrivateOmnitron } = config;
    return {
      module: OmsModule,
      imports: [DatabaseModule.forRoot({ service: 'oms', url: databaseUrl, entities: [OmnitronConnectionRow] })],
      controllers: [CancellationReasonsController, OmnitronConnectionsController],
      providers: [
        { provide: omsConfigToken, useValue: config },
        { provide: Vault, useFactory: () => new Vault(secretKey) },
        { provide: OmnitronHttp, useFactory: () => new OmnitronHttp({ timeoutMs: upstreamTimeoutMs, allowsPrivateAddresses: allowsPrivateOmnitron }) },
        OmnitronKeys,
        Omnitron,
        OmnitronConnectionsService,
        CancellationReasonsReader,
        CancellationReasonsPull,
      ],
    };
  }
}
