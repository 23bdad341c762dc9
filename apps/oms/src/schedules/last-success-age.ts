import type { Gauge } from '@refundry/resource';
import type { SchedulesService } from './schedules.service.js';

/** For the operator's alarms: a step that has not succeeded for long, or never, whatever the reason. */
export const lastSuccessAge = (schedules: SchedulesService): Gauge<'account' | 'step'> => ({
  name: 'sync_last_success_age_seconds',
  help: 'Seconds since a step of an account last succeeded, or, if it never has, since the account got its Omnitron',
  labelNames: ['account', 'step'],
  read: async () => (await schedules.successAges()).map(({ account, step, seconds }) => ({ labels: { account: String(account), step }, value: seconds })),
});
