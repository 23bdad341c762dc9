import 'reflect-metadata';
import { run } from '@refundry/service';
import { omsApp } from './oms.app.js';

await run(omsApp);
