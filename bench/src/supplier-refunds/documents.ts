export const documentsPerBatch = 2000;
export const linesPerDocument = 5;
/** In one turn, each in a transaction of its own. */
export const batchesPerTurn = 3;

export const rowsPerTurn = batchesPerTurn * documentsPerBatch * (1 + linesPerDocument);

/** A document as it is posted. */
export interface PostedDocument {
  readonly document_id: string;
  readonly supplier_id: string;
  readonly shop_id: string;
  readonly date: string;
  readonly responsible: string;
  readonly description: null;
  readonly products: readonly PostedLine[];
}

interface PostedLine {
  readonly product_id: string;
  readonly receive_document_id: string;
  readonly qty: string;
  readonly price: string;
  readonly total_price: string;
}

/** Ids as an ERP has them (supplier-refunds.txt), a few dozen shops and suppliers, some thousand products. */
const uuid = (kind: string, number: number): string => `${kind}-78b0-11e5-ab16-${String(number).padStart(12, '0')}`;

/** The documents of a batch: the same in every run, and no other's. */
export const batchOf = (round: number, batch: number): PostedDocument[] =>
  Array.from({ length: documentsPerBatch }, (_, index) => documentOf(`return-${round}-${batch}-${index}`, index));

export const documentOf = (documentId: string, index: number): PostedDocument => {
  const shop = uuid('37a9969a', index % 40);
  return {
    document_id: documentId,
    supplier_id: `supplier-${index % 60}`,
    shop_id: shop,
    date: `2017-01-${String(1 + (index % 28)).padStart(2, '0')} 15:39:00`,
    responsible: 'Ольга Ковальчук',
    description: null,
    products: Array.from({ length: linesPerDocument }, (_, line) => ({
      product_id: uuid('43b9900b', (index * 7 + line * 977) % 5000),
      receive_document_id: `${shop}_receipt-${index % 700}`,
      qty: `${1 + line}.0000`,
      price: '5.2500',
      total_price: ((1 + line) * 5.25).toFixed(4),
    })),
  };
};
