import type { SetupStep } from './step.js';

const dates = ['omnitron_created_date', 'omnitron_modified_date'];

const channels: SetupStep = {
  name: 'channels',
  levels: [
    {
      resource: 'channels',
      table: 'channel',
      columns: ['id', 'omnitron_id', 'is_active', ...dates, 'name', 'channel_type', 'configuration'],
      rows: 2,
    },
  ],
  keepsFirstOnly: false,
  simulator: {},
};

/** The customers of an account that has its channels. */
export const customers = (rows: number): SetupStep => ({
  name: 'customers',
  levels: [
    {
      resource: 'customers',
      table: 'customer',
      rows,
      columns: [
        'omnitron_id',
        'email',
        'first_name',
        'last_name',
        'phone_number',
        'erp_code',
        'channel_id',
        'omnitron_channel',
        ...dates,
      ],
    },
  ],
  before: channels,
  keepsFirstOnly: true,
  simulator: { OMNITRON_CUSTOMERS: String(rows) },
});
