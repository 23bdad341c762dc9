import { Controller } from '@nestjs/common';
import {
  listRulesVersions,
  readDraftChanges,
  readRulesChanges,
  type ChangesQuestion,
  type RulesChanges,
  type RulesVersion,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { RulesChangesReader } from './rules-changes.reader.js';

@Controller()
export class RulesChangesController {
  constructor(private readonly reader: RulesChangesReader) {}

  @Handles(listRulesVersions)
  versions(request: ListRequest): Promise<Page<RulesVersion>> {
    return this.reader.listVersions(request).catch(orUnknown('unknown_rules'));
  }

  @Handles(readRulesChanges)
  ofVersion(request: ActionRequest<ChangesQuestion>): Promise<RulesChanges> {
    return this.reader.ofVersion(request).catch(orUnknown('unknown_rules'));
  }

  @Handles(readDraftChanges)
  ofDraft(request: ActionRequest<object>): Promise<RulesChanges> {
    return this.reader.ofDraft(request).catch(orUnknown('unknown_row'));
  }
}
