import { omsPath, type Client } from '../system/client.js';
import type { SeededAccount } from '../system/seeded-account.js';
import type { Kind } from '../system/mixed-traffic.js';

const pageSize = 100;

/** The reads of all families beside the mixed traffic's own: deep pages, filters, exports, rows, what runs. */
export function furtherReads({ oms, retail, reservation }: SeededAccount, reader: Client, customers: number): Kind[] {
  const customersPath = `${omsPath}customers/list-simple/`;
  const deepest = Math.floor(customers / pageSize);
  return [
    {
      what: 'customers, a deep page',
      ask: (number) => reader.get(`${customersPath}?page=${1 + ((number * 7919) % deepest)}&page_size=${pageSize}`),
    },
    { what: 'customers, along the cursor', ask: () => reader.get(`${customersPath}?cursor=*&page_size=${pageSize}`) },
    {
      what: 'customers, filtered and sorted',
      ask: () => reader.get(`${customersPath}?modified_date__gt=2024-03-01&sort=modified_date`),
    },
    { what: 'customers, as CSV', ask: () => oms.get(`${customersPath}?format=csv`) },
    { what: 'customers, as a workbook', ask: () => oms.get(`${customersPath}?format=xlsx`) },
    { what: 'districts, searched', ask: () => oms.get(`${omsPath}districts/?search=a`) },
    { what: 'channels', ask: () => oms.get(`${omsPath}channels/`) },
    { what: 'step, whether it is required', ask: () => oms.get(`${omsPath}setup/customers/is_required/`) },
    { what: 'step, its last run', ask: () => oms.get(`${omsPath}setup/addresses/last_run/`) },
    { what: 'a refund', ask: () => retail.get('supplier-refunds/returned_kyiv-1/') },
    { what: 'refunds, filtered', ask: () => retail.get('supplier-refunds/?shop_id=kyiv-1&ordering=-date') },
    { what: 'products of refunds', ask: () => retail.get('products/') },
    { what: 'reservations', ask: () => reservation.request('GET', 'reservations') },
    { what: 'rules of refunds', ask: () => reservation.request('GET', 'refund/rules') },
    { what: 'status of a refund', ask: () => reservation.request('GET', 'refund/status', { reserve_id: 1000 }) },
  ];
}
