import { Injectable } from '@nestjs/common';
import { AnsweredManualQuote, ManualQuote } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText, type ListRequest, type Page } from '@refundry/resource';

const columns = {
  reserve_id: 'reservation_id',
  passenger_ids: 'array_to_json(passengers)',
  diffrance: '(price - penalty)',
  refund_id: `(
    select used.id from refund used where used.account_id = manual_quote.account_id and used.quote_id = manual_quote.id
  )`,
};

/** Reads manual quotes, in detail with what is for operators. */
@Injectable()
export class ManualQuotesReader {
  private readonly plain: ResourceReader<ManualQuote>;
  private readonly detailed: ResourceReader<AnsweredManualQuote>;

  constructor(readPool: ReadPool) {
    this.plain = new ResourceReader(readPool, ManualQuote, resourceTable('manual_quote', ManualQuote, columns));
    this.detailed = new ResourceReader(
      readPool,
      AnsweredManualQuote,
      resourceTable('manual_quote', AnsweredManualQuote, columns),
    );
  }

  page(request: ListRequest): Promise<Page<ManualQuote>> {
    return (request.isDetailed ? this.detailed : this.plain).page(request);
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  async row(request: DetailRequest): Promise<JsonText<ManualQuote>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return (request.isDetailed ? this.detailed : this.plain).row(request);
  }
}
