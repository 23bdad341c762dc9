import { Controller } from '@nestjs/common';
import { quoteRefund, type ProcedureQuestion, type RefundQuote } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest } from '@refundry/resource';
import { QuoteOpener } from '../manual-quotes/quote-opener.js';
import { answeredQuote, detailedQuote } from './answered-quote.js';
import { QuotesService } from './quotes.service.js';

@Controller()
export class QuotesController {
  constructor(
    private readonly quotes: QuotesService,
    private readonly opener: QuoteOpener,
  ) {}

  @Handles(quoteRefund)
  async quote(request: ActionRequest<ProcedureQuestion>): Promise<RefundQuote> {
    const quote = await this.quotes.quote(request);
    if (!quote.applied) this.opener.openSoon(quote, request);
    return request.input.detail ? detailedQuote(quote) : answeredQuote(quote);
  }
}
