import { Controller } from '@nestjs/common';
import { scopes } from '@refundry/auth';
import {
  answerQuote,
  askAboutQuote,
  declineQuote,
  listQuotes,
  readQuote,
  replyToQuote,
  requestQuote,
  withdrawQuote,
  type ManualQuote,
  type QuoteAnswer,
  type QuoteNote,
  type QuoteRequest,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { ManualQuotesReader } from './manual-quotes.reader.js';
import { ManualQuotesService } from './manual-quotes.service.js';

@Controller()
export class ManualQuotesController {
  constructor(
    private readonly quotes: ManualQuotesService,
    private readonly reader: ManualQuotesReader,
  ) {}

  @Handles(requestQuote)
  async request(request: ActionRequest<QuoteRequest>): Promise<JsonText<ManualQuote>> {
    const id = await this.quotes.request(request);
    return this.reader.row({ ...request, key: String(id) });
  }

  @Handles(listQuotes)
  list(request: ListRequest): Promise<Page<ManualQuote>> {
    requireOperator(request);
    return this.reader.page(request);
  }

  @Handles(readQuote)
  detail(request: DetailRequest): Promise<JsonText<ManualQuote>> {
    requireOperator(request);
    return this.reader.row(request).catch(orUnknown('unknown_row'));
  }

  @Handles(answerQuote)
  async answer(request: ActionRequest<QuoteAnswer>): Promise<JsonText<ManualQuote>> {
    await this.quotes.answer(request);
    return this.reader.row(request);
  }

  @Handles(askAboutQuote)
  async ask(request: ActionRequest<QuoteNote>): Promise<JsonText<ManualQuote>> {
    await this.quotes.ask(request);
    return this.reader.row(request);
  }

  @Handles(replyToQuote)
  async reply(request: ActionRequest<QuoteNote>): Promise<JsonText<ManualQuote>> {
    await this.quotes.reply(request);
    return this.reader.row(request);
  }

  @Handles(declineQuote)
  async decline(request: ActionRequest<QuoteNote>): Promise<JsonText<ManualQuote>> {
    await this.quotes.decline(request);
    return this.reader.row(request);
  }

  @Handles(withdrawQuote)
  async withdraw(request: ActionRequest<object>): Promise<JsonText<ManualQuote>> {
    await this.quotes.withdraw(request);
    return this.reader.row(request);
  }
}

/** Details are for those who answer. @throws Failure `permission_denied` */
function requireOperator({ isDetailed = false, caller }: Pick<DetailRequest, 'isDetailed' | 'caller'>): void {
  if (isDetailed && !caller.scopes.includes(scopes.reservation.manage)) throw new Failure('permission_denied');
}
