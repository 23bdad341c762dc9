import { scopes } from '@refundry/auth';
import { BooleanField, DateTimeField, IntegerField, JsonField, resource, StringField } from '@refundry/resource';

/** The origin of orders: a web shop, a marketplace. */
export class Channel {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Channel type' }) channel_type!: string;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
  @IntegerField({ label: 'Omnitron id', minValue: -2147483648, maxValue: 2147483647 }) omnitron_id!: number;
  @StringField({ label: 'Name' }) name!: string;
  @JsonField({ label: 'Configuration' }) configuration!: unknown;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
}

const example = {
  id: 1,
  channel_type: 'web',
  created_date: '2023-10-06T08:42:53.427023Z',
  modified_date: '2023-10-06T08:42:53.427050Z',
  omnitron_id: 1,
  name: 'Web shop',
  configuration: {},
  is_active: true,
};

const channels = resource({ family: 'oms', path: 'channels', of: Channel, example });

export const listChannels = channels.list({
  summary: 'List channels',
  scope: scopes.oms.read,
  filters: {
    id: ['gt', 'gte', 'lt', 'lte'],
    channel_type: ['exact'],
    omnitron_id: ['exact'],
    is_active: ['exact'],
    name: ['search'],
    modified_date: { grouped: ['exact', 'gt', 'gte', 'lt', 'lte'] },
  },
  sort: ['id', 'modified_date'],
  order: ['id'],
});

export const getChannel = channels.detail({ summary: 'Read a channel', scope: scopes.oms.read });
