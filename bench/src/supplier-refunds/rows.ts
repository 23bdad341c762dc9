import type { PostedDocument } from './documents.js';

type Row = readonly (string | number | null)[];

export const documentColumns = [
  'account_id',
  'public_key',
  'document_id',
  'supplier_id',
  'shop_id',
  'date',
  'responsible',
  'description',
  'lines_hash',
] as const;
export const lineColumns = [
  'account_id',
  'document',
  'product_id',
  'receive_document_id',
  'qty',
  'price',
  'total_price',
] as const;

/** As long as ours; the baselines compare nothing by it. */
export const anyHash = `\\x${'5e'.repeat(32)}`;

/** A document as a row, without its id. */
export const documentValues = (account: number, document: PostedDocument): Row => [
  account,
  `${document.document_id}_${document.shop_id}`,
  document.document_id,
  document.supplier_id,
  document.shop_id,
  document.date,
  document.responsible,
  document.description,
  anyHash,
];

/** Its lines as rows. */
export const lineValues = (account: number, id: number, { products }: PostedDocument): Row[] =>
  products.map((line) => [
    account,
    id,
    line.product_id,
    line.receive_document_id,
    line.qty,
    line.price,
    line.total_price,
  ]);
