import { Controller } from '@nestjs/common';
import {
  addWaiverCode,
  approveWaiver,
  listWaiverCodes,
  listWaivers,
  proposeWaiver,
  readWaiver,
  rejectWaiver,
  replaceWaiverCode,
  revokeWaiver,
  type Waiver,
  type WaiverCode,
  type WaiverCodes,
  type WaiverDecision,
  type WaiverProposal,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { WaiverCodesService } from './waiver-codes.service.js';
import { WaiversReader } from './waivers.reader.js';
import { WaiversService } from './waivers.service.js';

@Controller()
export class WaiversController {
  constructor(
    private readonly waivers: WaiversService,
    private readonly reader: WaiversReader,
    private readonly codes: WaiverCodesService,
  ) {}

  @Handles(listWaiverCodes)
  async listCodes({ caller }: ActionRequest<object>): Promise<WaiverCodes> {
    return { codes: await this.codes.list(caller.account) };
  }

  @Handles(addWaiverCode)
  addCode(request: ActionRequest<WaiverCode>): Promise<WaiverCode> {
    return this.codes.add(request);
  }

  @Handles(replaceWaiverCode)
  replaceCode(request: ActionRequest<WaiverCode>): Promise<WaiverCode> {
    return this.codes.replace(request);
  }

  @Handles(proposeWaiver)
  async propose(request: ActionRequest<WaiverProposal>): Promise<JsonText<Waiver>> {
    return this.reader.row({ ...request, key: String(await this.waivers.propose(request)) });
  }

  @Handles(listWaivers)
  list(request: ListRequest): Promise<Page<Waiver>> {
    return this.reader.page(request);
  }

  @Handles(readWaiver)
  detail(request: DetailRequest): Promise<JsonText<Waiver>> {
    return this.reader.row(request).catch(orUnknown('unknown_waiver'));
  }

  @Handles(approveWaiver)
  async approve(request: ActionRequest<WaiverDecision>): Promise<JsonText<Waiver>> {
    await this.waivers.decide(request, 'approve');
    return this.reader.row(request);
  }

  @Handles(rejectWaiver)
  async reject(request: ActionRequest<WaiverDecision>): Promise<JsonText<Waiver>> {
    await this.waivers.decide(request, 'reject');
    return this.reader.row(request);
  }

  @Handles(revokeWaiver)
  async revoke(request: ActionRequest<WaiverDecision>): Promise<JsonText<Waiver>> {
    await this.waivers.decide(request, 'revoke');
    return this.reader.row(request);
  }
}
