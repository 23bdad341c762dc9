import { CancellationReason, listCancellationReasons } from '@refundry/contracts';
import { listStatement } from '@refundry/pagination';
import { Lane, resourceTable } from '@refundry/persistence';
import { compileSerializer, type Caller } from '@refundry/resource';
import { environment } from './environment.js';
import { serve } from './serve.js';

/** The floor: our lane and our serializer behind node:http, without the gateway, the wire and the service around them. */
const caller: Caller = { account: Number(environment.ACCOUNT), scopes: [] };
const request = { caller, page: 1, size: 50, where: [], order: listCancellationReasons.order, query: '', publicUrl: '', requestId: '', deadline: 0 };
const statement = listStatement(resourceTable('cancellation_reason', CancellationReason), request);
const serialize = compileSerializer(CancellationReason);
const next = JSON.stringify(environment.NEXT);

const lane = new Lane({ url: environment.DATABASE_URL, role: environment.READER, timeoutMs: 5000 });
await lane.onModuleInit();

serve(async () => {
  const [row] = await lane.rows(statement);
  return `{"count":${row![0]!},"next":${next},"previous":null,"results":[${serialize(row![1]!)}]}`;
});
