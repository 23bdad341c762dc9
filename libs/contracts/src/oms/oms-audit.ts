import { scopes } from '@refundry/auth';
import { auditedActions, BooleanField, IntegerField, StringField, UrlField } from '@refundry/resource';
import { auditEndpoints } from '../audit.js';
import type { OmnitronConnection } from './omnitron-connections.js';
import { Schedule, type SyncOrder } from './sync.js';

const service = 'oms';

/** The decisions on when an account's steps run by themselves. The subject is the step. */
export const scheduleDecisions = auditedActions({
  service,
  subjectType: 'schedule',
  of: Schedule,
  fields: ['every_seconds'],
  actions: { changed: 'The time between the runs of a step was changed' },
});

class RecordedConnection implements Pick<OmnitronConnection, 'url' | 'username'> {
  @UrlField({ label: 'URL' }) url!: string;
  @StringField({ label: 'Username' }) username!: string;
  @BooleanField({ label: 'Whether a password was set' }) sets_password!: boolean;
}

/** The decisions on an account's connection to Omnitron; the password is not recorded. The subject is the account. */
export const omnitronConnectionDecisions = auditedActions({
  service,
  subjectType: 'omnitron_connection',
  of: RecordedConnection,
  fields: ['url', 'username', 'sets_password'],
  actions: {
    set: 'Address, user or password of Omnitron were set',
    key_rotated: 'The password of Omnitron was encrypted with the key that now comes first',
  },
});

class OrderedRun implements Pick<SyncOrder, 'is_full'> {
  @BooleanField({ label: 'Compare everything anew' }) is_full!: boolean;
}

/** The decisions on the runs of a step, outside of its schedule and of clients. The subject is the step. */
export const setupDecisions = auditedActions({
  service,
  subjectType: 'setup',
  of: OrderedRun,
  fields: ['is_full'],
  actions: { started: 'An operator started a run of a step' },
});

/** The outcome of a pull. */
class MergedReasons {
  @IntegerField({ label: 'Inserted' }) inserted!: number;
  @IntegerField({ label: 'Updated' }) updated!: number;
  @IntegerField({ label: 'Deactivated' }) deactivated!: number;
}

/** The decisions on pulls. The subject is what is pulled. */
export const pullDecisions = auditedActions({
  service,
  subjectType: 'pull',
  of: MergedReasons,
  fields: ['inserted', 'updated', 'deactivated'],
  actions: { forced: 'A pull was to go on even if more reasons become inactive than the settings permit' },
});

export const omsAudit = auditEndpoints({
  family: 'oms',
  scope: scopes.oms.manage,
  example: {
    action: scheduleDecisions.changed.action,
    subject_type: 'schedule',
    subject_id: 'customers',
    before: { every_seconds: 900 },
    after: { every_seconds: 3600 },
  },
});
