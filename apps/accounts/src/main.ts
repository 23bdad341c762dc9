import 'reflect-metadata';
import { run } from '@refundry/service';
import { accountsApp } from './accounts.app.js';

await run(accountsApp);
