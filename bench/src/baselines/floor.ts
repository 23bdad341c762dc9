import { CancellationReason, listCancellationReasons } from '@refundry/contracts';
import { Lane, ResourceReader, resourceTable } from '@refundry/persistence';
import type { ListRequest } from '@refundry/resource';
import { pageSize } from '../page.js';
import { environment } from './environment.js';
import { serve } from './serve.js';

/** The floor: our lane and our writer of rows behind node:http, without the gateway, the wire and the service around them. */
const caller = { account: Number(environment.ACCOUNT), scopes: [] };
const request: ListRequest = { caller, page: 1, size: pageSize, where: [], order: listCancellationReasons.order, query: '', publicUrl: '', requestId: '', deadline: 0 };

const lane = new Lane({ url: environment.DATABASE_URL, role: environment.READER, timeoutMs: 5000 });
await lane.onModuleInit();
const reasons = new ResourceReader(lane, CancellationReason, resourceTable('cancellation_reason', CancellationReason));

serve(async () => {
  const { count, results } = await reasons.page(request);
  return Buffer.concat([Buffer.from(`{"count":${count},"next":${environment.NEXT},"previous":null,"results":[`), results.bytes, Buffer.from(']}')]);
});
