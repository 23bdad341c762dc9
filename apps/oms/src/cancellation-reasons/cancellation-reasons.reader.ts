import { Injectable } from '@nestjs/common';
import { CancellationReason } from '@refundry/contracts';
import { Lane, ResourceReader, resourceTable } from '@refundry/persistence';

@Injectable()
export class CancellationReasonsReader extends ResourceReader<CancellationReason> {
  constructor(lane: Lane) {
    super(lane, CancellationReason, resourceTable('cancellation_reason', CancellationReason));
  }
}
