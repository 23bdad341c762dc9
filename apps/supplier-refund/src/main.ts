import 'reflect-metadata';
import { run } from '@refundry/service';
import { supplierRefundApp } from './supplier-refund.app.js';

await run(supplierRefundApp);
