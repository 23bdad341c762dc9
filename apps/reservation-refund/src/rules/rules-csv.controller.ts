import { Controller } from '@nestjs/common';
import { exportRefundRules, importRefundRules, type ImportedRules, type RulesImport } from '@refundry/contracts';
import { Handles, Streamed } from '@refundry/messaging';
import { mediaTypes, type ActionRequest } from '@refundry/resource';
import { RulesCsvService } from './rules-csv.service.js';

const head = { contentType: `${mediaTypes.csv}; charset=utf-8`, fileName: 'refund-rules.csv' };

@Controller()
export class RulesCsvController {
  constructor(private readonly rules: RulesCsvService) {}

  @Handles(exportRefundRules)
  export({ caller }: ActionRequest<object>): Streamed {
    return new Streamed(head, (left) => this.rules.export(caller, left));
  }

  @Handles(importRefundRules)
  import(request: ActionRequest<RulesImport>): Promise<ImportedRules> {
    return this.rules.import(request);
  }
}
