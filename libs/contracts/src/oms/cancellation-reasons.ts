import { scopes } from '@refundry/auth';
import { BooleanField, DateTimeField, IntegerField, resource, StringField } from '@refundry/resource';

/** Why an order or an item of it was cancelled or refunded (oms-cancellation-reasons.txt). */
export class CancellationReason {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Cancellation type' }) cancellation_type!: string;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
  @IntegerField({ label: 'Omnitron id', minValue: -2147483648, maxValue: 2147483647 }) omnitron_id!: number;
  @StringField({ label: 'Subject' }) subject!: string;
  @BooleanField({ label: 'Extra information needed', required: false }) extra_information_needed!: boolean;
  @IntegerField({ label: 'Ordering', required: false }) ordering!: number;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
}

/** How to pull when the upstream seems to have lost most of its reasons. */
export class PullOptions {
  @BooleanField({ label: 'Deactivate even more than half of the reasons', required: false }) force?: boolean;
}

/** The longest a pull may be configured to take; its callers wait a little longer. */
export const maxPullSeconds = 300;

const example = {
  id: 1,
  cancellation_type: 'cancel',
  created_date: '2023-07-04T10:39:40.453069Z',
  modified_date: '2023-07-04T10:39:40.453081Z',
  omnitron_id: 1,
  subject: 'Yanlış ürün aldım.',
  extra_information_needed: false,
  ordering: 100,
  is_active: true,
};

const cancellationReasons = resource({
  family: 'oms',
  path: 'cancellation-reasons',
  of: CancellationReason,
  example,
  aliases: ['api/v1/oms/cancellation-reasons'],
  bare401: true,
});

export const listCancellationReasons = cancellationReasons.list({
  summary: 'List cancellation reasons, active and inactive',
  scope: scopes.oms.read,
  filters: {
    id: ['gt', 'gte', 'lt', 'lte'],
    cancellation_type: ['exact'],
    is_active: ['exact'],
    omnitron_id: ['exact'],
    modified_date: { grouped: ['exact', 'gt', 'gte', 'lt', 'lte'] },
  },
  sort: ['id', 'modified_date', 'ordering'],
  order: ['ordering', 'id'],
});

export const getCancellationReason = cancellationReasons.detail({
  summary: 'Read a cancellation reason',
  scope: scopes.oms.read,
});

/** `force` needs the scope `oms:manage`. */
export const pullCancellationReasons = cancellationReasons.action('pull_from_omnitron', {
  summary: 'Pull all cancellation reasons from Omnitron',
  description:
    'Whoever asks while a pull is under way waits for that one. A pull that would deactivate more than half of ' +
    'the reasons changes nothing.',
  refusals: ['conflict', 'upstream_failed', 'upstream_timeout'],
  scope: scopes.oms.sync,
  methods: ['GET', 'POST'],
  query: PullOptions,
  deadlineMs: (maxPullSeconds + 5) * 1000,
});
