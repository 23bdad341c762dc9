import { Controller } from '@nestjs/common';
import {
  abortRulesImpact,
  listRulesImpacts,
  readRulesImpact,
  startRulesImpact,
  type ImpactQuestion,
  type RulesImpact,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { RulesImpactReader } from './rules-impact.reader.js';
import { RulesImpactService } from './rules-impact.service.js';

@Controller()
export class RulesImpactController {
  constructor(
    private readonly impacts: RulesImpactService,
    private readonly reader: RulesImpactReader,
  ) {}

  @Handles(listRulesImpacts)
  list(request: ListRequest): Promise<Page<RulesImpact>> {
    return this.reader.page(request);
  }

  @Handles(readRulesImpact)
  detail(request: DetailRequest): Promise<JsonText<RulesImpact>> {
    return this.reader.row(request).catch(orUnknown('unknown_row'));
  }

  @Handles(startRulesImpact)
  async start(request: ActionRequest<ImpactQuestion>): Promise<JsonText<RulesImpact>> {
    return this.reader.row({ ...request, key: await this.impacts.start(request) });
  }

  @Handles(abortRulesImpact)
  async abort(request: ActionRequest<object>): Promise<JsonText<RulesImpact>> {
    await this.impacts.abort(request);
    return this.reader.row(request);
  }
}
