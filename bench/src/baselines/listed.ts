import { environment } from './environment.js';

/** A list in the words of SQL. */
interface BaselineTable {
  readonly table: string;
  readonly columns: string;
  readonly order: string;
}

/** A `Date` has no microseconds, hence `to_char`. */
const dates = ['created_date', 'modified_date']
  .map((column) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ${column}`)
  .join(', ');

const lists: Readonly<Record<typeof environment.LIST, BaselineTable>> = {
  'cancellation-reasons': {
    table: 'cancellation_reason',
    order: 'ordering, id',
    columns: `id, cancellation_type, ${dates}, omnitron_id, subject, extra_information_needed, ordering, is_active`,
  },
  customers: {
    table: 'customer',
    order: 'id',
    columns: `id, ${dates}, omnitron_id, email, first_name, last_name, phone_number, erp_code, channel_id as channel`,
  },
};

/** The list that this baseline reads. */
export const listed = lists[environment.LIST];
