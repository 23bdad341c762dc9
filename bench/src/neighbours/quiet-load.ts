import type { OpenRequest } from '../open-load/open-load.js';
import { pathOf, reasonsPage } from '../page.js';
import { reservationsInAll } from '../refund-procedure/reservations.js';
import { documentOf } from '../supplier-refunds/documents.js';
import { post, type NeighbourSystem } from './system.js';

export const refunds = '/api/v1/supplier-refunds/';
const documents = 200;
const documentsOfBatch = 5;
const json = { 'content-type': 'application/json' };

/**
 * Stores what the quiet account reads.
 *
 * @returns what it sends, in turns: of twenty requests 8 pages, 6 rows, 4 quotes, 2 small batches
 */
export async function prepareQuietLoad({ url, quiet }: NeighbourSystem): Promise<OpenRequest[]> {
  await post(
    url,
    refunds,
    quiet.retail,
    Array.from({ length: documents }, (_, index) => documentOf(`quiet-${index}`, index)),
  );
  const reason = await firstId(`${url}${pathOf(reasonsPage)}`, quiet.oms);
  return Array.from({ length: 10 }, (_, turn) => oneTurn(quiet, reason, turn)).flat();
}

function oneTurn({ oms, retail, reservation }: NeighbourSystem['quiet'], reason: number, turn: number): OpenRequest[] {
  const get = (name: string, path: string, headers: Readonly<Record<string, string>>): OpenRequest => ({
    name,
    method: 'GET',
    path,
    headers,
  });
  const reasons = get('page', pathOf(reasonsPage), oms);
  const customers = get('page', '/api/v1/oms/customers/list-simple/?page_size=50', oms);
  const refundPage = get('page', `${refunds}?page_size=20`, retail);
  const detail = get('row', `/api/v1/oms/cancellation-reasons/${reason}/`, oms);
  const document = documentOf(`quiet-${turn}`, turn);
  const refund = get('row', `${refunds}${document.document_id}_${document.shop_id}/`, retail);
  const quote: OpenRequest = {
    name: 'quote',
    method: 'POST',
    path: '/api/reservation/v1/refund/procedure',
    headers: { ...reservation, ...json },
    body: JSON.stringify({ reserve_id: 1 + ((turn * 991) % reservationsInAll) }),
  };
  return [
    reasons,
    detail,
    quote,
    customers,
    refund,
    batchOf(turn, retail),
    reasons,
    detail,
    quote,
    refundPage,
    reasons,
    detail,
    quote,
    customers,
    refund,
    batchOf(turn + 1, retail),
    reasons,
    refund,
    quote,
    refundPage,
  ];
}

/** Every batch changes its documents. */
function batchOf(turn: number, retail: Readonly<Record<string, string>>): OpenRequest {
  const body = Array.from({ length: documentsOfBatch }, (_, index) => ({
    ...documentOf(`batch-${index}`, index),
    responsible: `turn ${turn}`,
  }));
  return { name: 'batch', method: 'POST', path: refunds, headers: { ...retail, ...json }, body: JSON.stringify(body) };
}

async function firstId(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { results } = (await (await fetch(url, { headers })).json()) as { results: { id: number }[] };
  return results[0]!.id;
}
