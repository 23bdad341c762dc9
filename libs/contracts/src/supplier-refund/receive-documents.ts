import { scopes } from '@refundry/auth';
import { DecimalField, LinkField, ListField, LocalDateTimeField, resource, StringField } from '@refundry/resource';
import { Saved, savedExample } from './supplier-refunds.js';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** A product that was received. */
export class ReceivedLine {
  @StringField({ label: 'Product id', maxLength: 150 }) product_id!: string;
  @DecimalField({ label: 'Qty', maxDigits: 19, decimalPlaces: 4 }) qty!: string;
  @DecimalField({ label: 'Price', maxDigits: 19, decimalPlaces: 4 }) price!: string;
  @DecimalField({ label: 'Price total', maxDigits: 19, decimalPlaces: 4 }) price_total!: string;
}

/** Goods as they came from a supplier; its public key is `<shop_id>_<document_id>`. */
export class ReceiveDocument {
  @LinkField({ label: 'Url', to: 'receive-documents/{}' }) url!: string;
  @StringField({ label: 'Document id', maxLength: 50 }) document_id!: string;
  @StringField({ label: 'Supplier id', maxLength: 150 }) supplier_id!: string;
  @StringField({ label: 'Document number', required: false, allowNull: true, allowBlank: true, maxLength: 150 })
  document_number?: string | null;
  @StringField({ label: 'Shop id', maxLength: 150 }) shop_id!: string;
  @StringField({ label: 'Order id', required: false, allowNull: true, allowBlank: true, maxLength: 150 }) order_id?:
    string | null;
  @LocalDateTimeField({ label: 'Document date' }) document_date!: string;
  @StringField({ label: 'Responsible', required: false, allowNull: true, allowBlank: true, maxLength: 100 })
  responsible?: string | null;
  @DecimalField({ label: 'Items qty', required: false, allowNull: true, maxDigits: 19, decimalPlaces: 4 }) items_qty?:
    string | null;
  @DecimalField({ label: 'Price total', required: false, allowNull: true, maxDigits: 19, decimalPlaces: 4 })
  price_total?: string | null;
  @ListField({ label: 'Products', describedAs: 'field', of: ReceivedLine }) products!: readonly ReceivedLine[];
}

const example = {
  url: 'http://api.datawiz.io/api/v1/receive-documents/shop-1_1111/',
  document_id: '1111',
  supplier_id: 'supplier-1',
  document_number: null,
  shop_id: 'shop-1',
  order_id: null,
  document_date: '2017-01-01T15:39:00',
  responsible: null,
  items_qty: '1.0000',
  price_total: '5.0000',
  products: [{ product_id: 'milk', qty: '1.0000', price: '5.0000', price_total: '5.0000' }],
};
const inputExample = {
  document_id: '1111',
  supplier_id: 'supplier-1',
  shop_id: 'shop-1',
  document_date: '2017-01-01 15:39:00',
  items_qty: 1,
  price_total: 5,
  products: [{ product_id: 'milk', qty: 1, price: 5, price_total: 5 }],
};
const receiveDocuments = resource({
  family: 'retail',
  path: 'receive-documents',
  of: ReceiveDocument,
  title: 'Receive Document',
  example,
  inputExample,
});

export const listReceiveDocuments = receiveDocuments.list({
  summary: 'List receive documents',
  scope: read,
  formats,
  sort: ['document_id'],
  order: ['id'],
});
export const saveReceiveDocuments = receiveDocuments.create({
  summary: 'Save a receive document, or up to 2,000, all or none',
  example: savedExample,
  scope: write,
  formats,
  atMost: 2000,
  output: Saved,
});
export const readReceiveDocument = receiveDocuments.detail({
  summary: 'Read a receive document',
  scope: read,
  formats,
});
