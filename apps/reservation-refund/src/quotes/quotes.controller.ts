import { Controller } from '@nestjs/common';
import { quoteRefund, type ProcedureQuestion, type RefundQuote } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest } from '@refundry/resource';
import { answeredQuote, detailedQuote } from './answered-quote.js';
import { QuotesService } from './quotes.service.js';

@Controller()
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Handles(quoteRefund)
  async quote(request: ActionRequest<ProcedureQuestion>): Promise<RefundQuote> {
    const quote = await this.quotes.quote(request);
    return request.input.detail ? detailedQuote(quote) : answeredQuote(quote);
  }
}
