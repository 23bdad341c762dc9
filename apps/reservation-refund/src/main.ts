import 'reflect-metadata';
import { run } from '@refundry/service';
import { reservationRefundApp } from './reservation-refund.app.js';

await run(reservationRefundApp);
