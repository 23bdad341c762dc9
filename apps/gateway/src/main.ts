import 'reflect-metadata';
import { run } from '@refundry/service';
import { gatewayApp } from './gateway.app.js';

await run(gatewayApp);
