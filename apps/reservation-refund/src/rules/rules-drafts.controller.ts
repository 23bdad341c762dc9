import { Controller } from '@nestjs/common';
import {
  createRulesDraft,
  discardRulesDraft,
  listRulesDrafts,
  publishRulesDraft,
  readRulesDraft,
  replaceRulesDraft,
  unscheduleRulesDraft,
  type Publication,
  type RefundRulesDraft,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { RulesDraftsReader } from './rules-drafts.reader.js';
import { RulesDraftsService } from './rules-drafts.service.js';

@Controller()
export class RulesDraftsController {
  constructor(
    private readonly drafts: RulesDraftsService,
    private readonly reader: RulesDraftsReader,
  ) {}

  @Handles(listRulesDrafts)
  list(request: ListRequest): Promise<Page<RefundRulesDraft>> {
    return this.reader.page(request);
  }

  @Handles(readRulesDraft)
  detail(request: DetailRequest): Promise<JsonText<RefundRulesDraft>> {
    return this.reader.row(request).catch(orUnknown('unknown_row'));
  }

  @Handles(createRulesDraft)
  async create(request: ActionRequest<RefundRulesDraft>): Promise<JsonText<RefundRulesDraft>> {
    return this.reader.row({ ...request, key: await this.drafts.create(request) });
  }

  @Handles(replaceRulesDraft)
  async replace(request: ActionRequest<RefundRulesDraft>): Promise<JsonText<RefundRulesDraft>> {
    await this.drafts.replace(request);
    return this.reader.row(request);
  }

  @Handles(publishRulesDraft)
  async publish(request: ActionRequest<Publication>): Promise<JsonText<RefundRulesDraft>> {
    await this.drafts.publish(request);
    return this.reader.row(request);
  }

  @Handles(unscheduleRulesDraft)
  async unschedule(request: ActionRequest<object>): Promise<JsonText<RefundRulesDraft>> {
    await this.drafts.unschedule(request);
    return this.reader.row(request);
  }

  @Handles(discardRulesDraft)
  async discard(request: ActionRequest<object>): Promise<JsonText<RefundRulesDraft>> {
    await this.drafts.discard(request);
    return this.reader.row(request);
  }
}
