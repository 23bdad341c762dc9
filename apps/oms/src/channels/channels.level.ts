import { channelsSaved } from '@refundry/contracts';
import { BooleanField, DateTimeField, IntegerField, JsonField, StringField } from '@refundry/resource';
import { MirrorTable } from '../sync/mirror-table.js';
import { PagedLevel, type LevelTools } from '../sync/paged-level.js';
import { publishesRows } from '../sync/row-events.js';
import type { Level } from '../sync/sync-step.js';

const optional = { required: false, allowNull: true };

/** A sales channel as Omnitron sends it, as far as we keep it. */
class UpstreamChannel {
  @IntegerField({ label: 'Key', minValue: -2147483648, maxValue: 2147483647 }) pk!: number;
  @StringField({ label: 'Name', maxLength: 500, trim: false, allowBlank: true }) name!: string;
  @StringField({ label: 'Type', maxLength: 200, trim: false, allowBlank: true, ...optional }) channel_type?:
    string | null;
  @JsonField({ label: 'Configuration', ...optional }) configuration?: unknown;
  @BooleanField({ label: 'Is active', ...optional }) is_active?: boolean | null;
  @DateTimeField({ label: 'Created date', ...optional }) created_date?: string | null;
  @DateTimeField({ label: 'Modified date', ...optional }) modified_date?: string | null;
}

/** Channels are kept in step: one that is here changes when it changes upstream. */
export const channelsLevel = (tools: LevelTools): Level =>
  new PagedLevel(tools, {
    name: 'channels',
    of: UpstreamChannel,
    onWritten: publishesRows(channelsSaved),
    table: new MirrorTable<UpstreamChannel>({
      table: 'channel',
      columns: { name: 'text', channel_type: 'text', configuration: 'json', is_active: 'boolean' },
      defaults: { channel_type: '', configuration: {}, is_active: true },
      updates: true,
    }),
  });
