import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { mountedEndpoints } from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import type { Readiness } from '@refundry/service';
import { AsyncApiController } from './asyncapi/asyncapi.controller.js';
import { CredentialCaches } from './credentials/credential-caches.js';
import { dialects } from './families/dialects.js';
import type { GatewayConfig } from './gateway.config.js';
import { CrossOrigin } from './http/cross-origin.js';
import { FailureFilter } from './http/failure.filter.js';
import { Forwarder } from './http/forwarder.js';
import { AccessGuard } from './http/access.guard.js';
import { HealthController, readinessToken } from './http/health.controller.js';
import { PublicAddress } from './addresses/public-address.js';
import { Limits } from './limits/limits.js';
import { mountsOf, mountsToken } from './mounts/mount.js';
import { mountedControllers } from './http/mounted-controllers.js';
import { ApiDescription } from './openapi/api-description.js';
import { DocsController } from './openapi/docs.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { AssetsController } from './http/assets.controller.js';
import { UsageCounter } from './usage/usage-counter.js';
import { UsageMeter } from './usage/usage-meter.js';
import { UsageReporter } from './usage/usage-reporter.js';

const mounts = mountsOf(mountedEndpoints, dialects);

@Module({})
export class GatewayModule {
  static with(config: GatewayConfig, rpc: RpcClient, readiness: Readiness, limits: Limits): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        HealthController,
        AssetsController,
        OpenApiController,
        AsyncApiController,
        DocsController,
        ...mountedControllers(mounts),
      ],
      providers: [
        { provide: readinessToken, useValue: readiness },
        { provide: mountsToken, useValue: mounts },
        { provide: RpcClient, useValue: rpc },
        { provide: Limits, useValue: limits },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: FailureFilter },
        { provide: PublicAddress, useValue: new PublicAddress(config) },
        ApiDescription,
        Forwarder,
        CredentialCaches,
        CrossOrigin,
        UsageCounter,
        UsageMeter,
        UsageReporter,
      ],
    };
  }
}
