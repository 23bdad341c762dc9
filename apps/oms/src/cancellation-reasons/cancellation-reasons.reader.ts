import { Injectable } from '@nestjs/common';
import { CancellationReason } from '@refundry/contracts';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';

@Injectable()
export class CancellationReasonsReader extends ResourceReader<CancellationReason> {
  constructor(readPool: ReadPool) {
    super(readPool, CancellationReason, resourceTable('cancellation_reason', CancellationReason));
  }
}
