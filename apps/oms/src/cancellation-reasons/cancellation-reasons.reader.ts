import { Injectable } from '@nestjs/common';
import { CancellationReason, listCancellationReasons } from '@refundry/contracts';
import { Lane, ResourceReader, resourceTable } from '@refundry/persistence';

@Injectable()
export class CancellationReasonsReader extends ResourceReader<CancellationReason> {
  constructor(lane: Lane) {
    super(lane, listCancellationReasons, resourceTable('cancellation_reason', CancellationReason));
  }
}
