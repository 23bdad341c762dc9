import { Controller } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import {
  createRefundRules,
  dryRunRefundRules,
  listRefundRules,
  readRefundRules,
  readRefundRulesVersion,
  replaceRefundRules,
  retireRefundRules,
  type DetailedRefundRules,
  type DryRun,
  type PenaltyTimeline,
  type RefundRules,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { dryRun } from './dry-run.js';
import { RefundRulesReader } from './refund-rules.reader.js';
import { RefundRulesService } from './refund-rules.service.js';

@Controller()
export class RefundRulesController {
  constructor(
    private readonly rules: RefundRulesService,
    private readonly reader: RefundRulesReader,
  ) {}

  @Handles(listRefundRules)
  list(request: ListRequest): Promise<Page<RefundRules>> {
    return this.reader.page(request);
  }

  @Handles(readRefundRules)
  detail(request: DetailRequest): Promise<JsonText<RefundRules>> {
    return this.reader.row(request).catch(orUnknown('unknown_rules'));
  }

  @Handles(readRefundRulesVersion)
  version(request: DetailRequest): Promise<JsonText<RefundRules>> {
    return this.reader.version(request).catch(orUnknown('unknown_rules'));
  }

  @Handles(createRefundRules)
  async create(request: ActionRequest<DetailedRefundRules>): Promise<JsonText<RefundRules>> {
    return this.reader.row({ ...request, key: await this.rules.create(request) });
  }

  @Handles(replaceRefundRules)
  async replace(request: ActionRequest<DetailedRefundRules>): Promise<JsonText<RefundRules>> {
    await this.rules.replace(request);
    return this.reader.row(request);
  }

  @Handles(retireRefundRules)
  async retire(request: ActionRequest<object>): Promise<JsonText<RefundRules>> {
    await this.rules.retire(byCaller(request), request.key);
    return this.reader.row(request);
  }

  @Handles(dryRunRefundRules)
  dryRun({ input }: ActionRequest<DryRun>): PenaltyTimeline {
    return dryRun(input);
  }
}
