/** The posted fields of a line. */
export interface PostedLine {
  readonly product_id: unknown;
  readonly receive_document_id: unknown;
  readonly qty: unknown;
  readonly price: unknown;
  readonly total_price: unknown;
}

/** A line as it is answered. */
export interface Line {
  readonly url: string;
  readonly product_id: string;
  readonly product_url: string;
  readonly receive_document_id: string;
  readonly receive_document_url: string;
  readonly qty: string;
  readonly price: string;
  readonly total_price: string;
  readonly warnings?: readonly string[];
}

/** A supplier refund as it is answered. */
export interface Refund {
  readonly url: string;
  readonly document_id: string;
  readonly supplier_id: string;
  readonly supplier_url: string;
  readonly shop_id: string;
  readonly shop_url: string;
  readonly date: string;
  readonly identifier: string;
  readonly responsible: string | null;
  readonly description: string | null;
  readonly products: readonly Line[];
}

export const postedLine = (changes: Partial<PostedLine> = {}): PostedLine => ({
  product_id: 'milk',
  receive_document_id: 'kyiv-1_receipt-1',
  qty: 1,
  price: 5,
  total_price: 5,
  ...changes,
});

/** The posted fields of a refund. */
export const postedRefund = (
  documentId: unknown,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  document_id: documentId,
  supplier_id: 'supplier-1',
  shop_id: 'kyiv-1',
  date: '2017-1-1 15:39:00',
  products: [postedLine()],
  ...changes,
});

export const refundsPath = 'supplier-refunds/';
