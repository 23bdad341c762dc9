import { scopes } from '@refundry/auth';
import { DecimalField, LinkField, ListField, LocalDateTimeField, resource, StringField } from '@refundry/resource';
import { Saved } from './supplier-refunds.js';

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
  @StringField({ label: 'Document number', required: false, allowNull: true, allowBlank: true, maxLength: 150 }) document_number?: string | null;
  @StringField({ label: 'Shop id', maxLength: 150 }) shop_id!: string;
  @StringField({ label: 'Order id', required: false, allowNull: true, allowBlank: true, maxLength: 150 }) order_id?: string | null;
  @LocalDateTimeField({ label: 'Document date' }) document_date!: string;
  @StringField({ label: 'Responsible', required: false, allowNull: true, allowBlank: true, maxLength: 100 }) responsible?: string | null;
  @DecimalField({ label: 'Items qty', required: false, allowNull: true, maxDigits: 19, decimalPlaces: 4 }) items_qty?: string | null;
  @DecimalField({ label: 'Price total', required: false, allowNull: true, maxDigits: 19, decimalPlaces: 4 }) price_total?: string | null;
  @ListField({ label: 'Products', describedAs: 'field', of: ReceivedLine }) products!: readonly ReceivedLine[];
}

const receiveDocuments = resource({ family: 'retail', path: 'receive-documents', of: ReceiveDocument, title: 'Receive Document' });

export const listReceiveDocuments = receiveDocuments.list({ scope: read, formats, sort: ['document_id'], order: ['id'] });
export const saveReceiveDocuments = receiveDocuments.create({ scope: write, formats, atMost: 2000, output: Saved });
export const readReceiveDocument = receiveDocuments.detail({ scope: read, formats });
