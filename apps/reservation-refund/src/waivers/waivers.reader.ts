import { Injectable } from '@nestjs/common';
import { Waiver } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText } from '@refundry/resource';
import { stateByTheClock } from './waivers.sql.js';

const table = resourceTable('waiver', Waiver, {
  reserve_id: 'reservation_id',
  passenger_ids: 'array_to_json(passengers)',
  status: stateByTheClock,
});

/** Reads waivers. */
@Injectable()
export class WaiversReader extends ResourceReader<Waiver> {
  constructor(readPool: ReadPool) {
    super(readPool, Waiver, table);
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<Waiver>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return super.row(request);
  }
}
