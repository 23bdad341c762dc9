import { customersSaved } from '@refundry/contracts';
import { DateTimeField, IntegerField, StringField } from '@refundry/resource';
import { MirrorTable } from '../sync/mirror-table.js';
import { PagedLevel, type LevelTools } from '../sync/paged-level.js';
import { publishesRows } from '../sync/row-events.js';
import type { Level } from '../sync/sync-step.js';

const key = { minValue: -2147483648, maxValue: 2147483647 };
const optional = { required: false, allowNull: true };
/** Texts are kept to the letter. */
const text = { trim: false, allowBlank: true, ...optional };

/** A customer as Omnitron sends it, as far as we keep it. */
class UpstreamCustomer {
  @IntegerField({ label: 'Key', ...key }) pk!: number;
  @StringField({ label: 'Email', maxLength: 254, ...text }) email?: string | null;
  @StringField({ label: 'First name', maxLength: 255, ...text }) first_name?: string | null;
  @StringField({ label: 'Last name', maxLength: 255, ...text }) last_name?: string | null;
  @StringField({ label: 'Phone number', maxLength: 128, ...text }) phone_number?: string | null;
  @StringField({ label: 'Partner customer code', maxLength: 64, ...text }) erp_code?: string | null;
  @IntegerField({ label: 'Channel', ...key, ...optional }) channel?: number | null;
  @DateTimeField({ label: 'Created date', ...optional }) created_date?: string | null;
  @DateTimeField({ label: 'Modified date', ...optional }) modified_date?: string | null;
}

/**
 * Customers are many: after the first run only those are read that were modified since. One whose channel isn't here is
 * stored without.
 */
export const customersLevel = (tools: LevelTools): Level =>
  new PagedLevel(tools, {
    name: 'customers',
    of: UpstreamCustomer,
    onWritten: publishesRows(customersSaved),
    isIncremental: true,
    table: new MirrorTable<UpstreamCustomer>({
      table: 'customer',
      columns: { email: 'text', first_name: 'text', last_name: 'text', phone_number: 'text', erp_code: 'text' },
      optionalParent: { field: 'channel', table: 'channel' },
      defaults: { email: '', first_name: '', last_name: '' },
      updates: true,
    }),
  });
