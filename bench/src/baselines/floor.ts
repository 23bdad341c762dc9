import { CancellationReason, listCancellationReasons } from '@refundry/contracts';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import type { ListRequest } from '@refundry/resource';
import { pageSize } from '../page.js';
import { environment } from './environment.js';
import { serve } from './serve.js';

/**
 * The floor: our read pool and our writer of rows behind node:http, without the gateway, RPC and the service around
 * them.
 */
const caller = { account: Number(environment.ACCOUNT), scopes: [] };
const request: ListRequest = {
  caller,
  page: 1,
  size: pageSize,
  where: [],
  order: listCancellationReasons.order,
  query: '',
  publicUrl: '',
  requestId: '',
  deadline: 0,
};

const readPool = new ReadPool({ url: environment.DATABASE_URL, role: environment.READER, timeoutMs: 5000 });
await readPool.onModuleInit();
const reasons = new ResourceReader(
  readPool,
  CancellationReason,
  resourceTable('cancellation_reason', CancellationReason),
);

serve(async () => {
  const { count, results } = await reasons.page(request);
  return Buffer.concat([
    Buffer.from(`{"count":${count},"next":${environment.NEXT},"previous":null,"results":[`),
    results.bytes,
    Buffer.from(']}'),
  ]);
});
