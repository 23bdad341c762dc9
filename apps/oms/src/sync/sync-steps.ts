import { Inject, Injectable } from '@nestjs/common';
import type { SetupStep } from '@refundry/contracts';
import { ReadPool } from '@refundry/persistence';
import { addressLevels } from '../addresses/address-levels.js';
import { CancellationReasonsLevel } from '../cancellation-reasons/cancellation-reasons.level.js';
import { channelsLevel } from '../channels/channels.level.js';
import { customersLevel } from '../customers/customers.level.js';
import { omsConfigToken, type OmsConfig } from '../oms.config.js';
import type { SyncStep } from './sync-step.js';
import { SyncProblems } from './sync-problems.sql.js';
import { Watermarks } from './watermarks.sql.js';

/** Every step that there is. */
@Injectable()
export class SyncSteps {
  private readonly steps: Readonly<Record<SetupStep, SyncStep>>;

  constructor(
    readPool: ReadPool,
    watermarks: Watermarks,
    problems: SyncProblems,
    reasons: CancellationReasonsLevel,
    @Inject(omsConfigToken) { fullComparisonMs: comparisonIntervalMs }: OmsConfig,
  ) {
    const tools = { readPool, watermarks, problems, comparisonIntervalMs };
    this.steps = {
      addresses: { levels: addressLevels(tools) },
      channels: { levels: [channelsLevel(tools)] },
      customers: { levels: [customersLevel(tools)] },
      'cancellation-reasons': { levels: [reasons] },
    };
  }

  of(step: SetupStep): SyncStep {
    return this.steps[step];
  }
}
