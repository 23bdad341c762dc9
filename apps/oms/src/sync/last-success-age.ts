import type { Jobs } from '@refundry/jobs';
import type { Gauge } from '@refundry/service';

/** For the operator's alarms: a step that has not succeeded for long, whatever the reason. */
export const lastSuccessAge = (jobs: Jobs): Gauge<'account' | 'step'> => ({
  name: 'sync_last_success_age_seconds',
  help: 'Seconds since a step of an account last succeeded',
  labelNames: ['account', 'step'],
  read: async () => (await jobs.successAges()).map(({ account, kind, seconds }) => ({ labels: { account: String(account), step: kind }, value: seconds })),
});
