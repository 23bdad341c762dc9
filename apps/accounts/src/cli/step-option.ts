import { setupSteps, type SetupStep } from '@refundry/contracts';
import { Option } from 'commander';

/** A step of an account, as options name it. */
export interface StepOptions {
  account: string;
  step: SetupStep;
}

export const stepOption = (): Option => new Option('--step <step>').choices(setupSteps).makeOptionMandatory();
