import { setupEnded } from '@refundry/contracts';
import type { JobEndHook } from '@refundry/jobs';
import { publishEvent } from '@refundry/outbox';
import { requireStep } from './require-step.js';

/** Says how the run of a step has ended. */
export const publishSetupEnd: JobEndHook = (transaction, { account, id, kind, state }) =>
  publishEvent(transaction, {
    account,
    type: setupEnded[state],
    content: { step: requireStep(kind), run: Number(id) },
  });
