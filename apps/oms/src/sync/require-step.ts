import { setupSteps, type SetupStep } from '@refundry/contracts';
import { Failure } from '@refundry/errors';

/** The step of this name. @throws Failure `invalid` */
export function requireStep(text: string): SetupStep {
  const step = setupSteps.find((known) => known === text);
  if (!step)
    throw new Failure('invalid', {
      fields: { step: [`Select a valid choice. ${text} is not one of the available choices.`] },
    });
  return step;
}
