import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import { readCompleteList } from '../omnitron/complete-list.js';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';

/** As the upstream's path names the list. */
export const reasonsResource = 'cancellation_reasons';
/** No shop has nearly as many reasons to cancel. */
const maxReasons = 10_000;

const integers = { minValue: -2147483648, maxValue: 2147483647 };

/** A cancellation reason as Omnitron sends it, as far as we keep it; its texts are kept to the letter. */
export class UpstreamReason {
  @IntegerField({ label: 'Key', ...integers }) pk!: number;
  @StringField({ label: 'Type', maxLength: 200, trim: false, allowBlank: true, required: false, allowNull: true })
  cancellation_type?: string | null;
  @StringField({ label: 'Subject', maxLength: 1000, trim: false, allowBlank: true, required: false, allowNull: true })
  subject?: string | null;
  @IntegerField({ label: 'Order', required: false, allowNull: true, ...integers }) order?: number | null;
  @BooleanField({ label: 'Extra information needed', required: false, allowNull: true }) extra_information_needed?:
    boolean | null;
  @BooleanField({ label: 'Is active', required: false, allowNull: true }) is_active?: boolean | null;
  /** A reason that isn't meant for us counts as gone. */
  @BooleanField({ label: 'Send to OMS', required: false, allowNull: true }) send_to_oms?: boolean | null;
}

/** Whether Omnitron says that a reason isn't meant for us. */
export const isWithheld = ({ send_to_oms: sendToOms }: UpstreamReason): boolean => sendToOms === false;

/** All reasons, known to be complete. @throws Failure `upstream_failed`, `upstream_timeout` */
export const readReasons = (session: OmnitronSession): Promise<UpstreamReason[]> =>
  readCompleteList(session, { resource: reasonsResource, of: UpstreamReason, maxRows: maxReasons });
