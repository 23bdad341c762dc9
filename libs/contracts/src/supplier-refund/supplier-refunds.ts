import { scopes } from '@refundry/auth';
import {
  DecimalField,
  IntegerField,
  LinkField,
  ListField,
  LocalDateTimeField,
  resource,
  StringField,
  TextsField,
} from '@refundry/resource';

const { read, write } = scopes.retail;
const formats = ['json', 'api'] as const;

/** A product that goes back, of what once was received. */
export class RefundLine {
  @LinkField({ label: 'Url', to: 'supplier-refunds/{}/products/{}' }) url!: string;
  @StringField({ label: 'Product id', describedAs: 'integer', maxLength: 150 }) product_id!: string;
  @LinkField({ label: 'Product url', describedAs: 'integer', to: 'products/{}' }) product_url!: string;
  @StringField({ label: 'Receive document id', maxLength: 300 }) receive_document_id!: string;
  @LinkField({ label: 'Receive document url', to: 'receive-documents/{}' }) receive_document_url!: string;
  @DecimalField({ label: 'Qty', maxDigits: 19, decimalPlaces: 4 }) qty!: string;
  @DecimalField({ label: 'Price', maxDigits: 19, decimalPlaces: 4 }) price!: string;
  @DecimalField({ label: 'Total price', maxDigits: 19, decimalPlaces: 4 }) total_price!: string;
}

/** The same, with what is odd about it and was accepted all the same. */
export class DetailedRefundLine extends RefundLine {
  @TextsField({ label: 'Warnings', readOnly: true, atMost: 1 }) warnings!: readonly string[];
}

/** A return to a supplier, as an ERP reports it (supplier-refunds.txt). */
export class SupplierRefund {
  @LinkField({ label: 'Url', to: 'supplier-refunds/{}' }) url!: string;
  /** The document names it in its table and its POST, `identifier` everywhere else. */
  @StringField({ label: 'Document id', isDescribed: false, maxLength: 150 }) document_id!: string;
  @StringField({ label: 'Supplier id', describedAs: 'integer', maxLength: 150 }) supplier_id!: string;
  @LinkField({ label: 'Supplier url', describedAs: 'integer', to: 'suppliers/{}' }) supplier_url!: string;
  @StringField({ label: 'Shop id', describedAs: 'integer', maxLength: 150 }) shop_id!: string;
  @LinkField({ label: 'Shop url', describedAs: 'integer', to: 'shops/{}' }) shop_url!: string;
  @LocalDateTimeField({ label: 'Date' }) date!: string;
  @StringField({ label: 'Identifier', sameAs: 'document_id', maxLength: 150 }) identifier!: string;
  @StringField({ label: 'Responsible', required: false, allowNull: true, allowBlank: true, maxLength: 150 })
  responsible?: string | null;
  @StringField({ label: 'Description', required: false, allowNull: true, allowBlank: true, maxLength: 200 })
  description?: string | null;
  @ListField({ label: 'Products', describedAs: 'field', of: RefundLine }) products!: readonly RefundLine[];
}

/** The same, each line with what is odd about it. */
export class DetailedSupplierRefund extends SupplierRefund {
  @ListField({ label: 'Products', of: DetailedRefundLine }) override products!: readonly DetailedRefundLine[];
}

/** The result for each posted document. */
export class Saved {
  @IntegerField({ label: 'Created' }) created!: number;
  @IntegerField({ label: 'Updated' }) updated!: number;
}

export const savedExample = { created: 1, updated: 0 };

/** Documents by their public keys, or by a `document_id`, which means that of every shop. */
export class Identifiers {
  @TextsField({ label: 'Identifiers', atMost: 10_000, maxLength: 320 }) identifiers!: readonly string[];
}

/** Outcome of a removal by identifiers. */
export class Removed {
  @TextsField({ label: 'Public keys of the documents that were removed', readOnly: true, atMost: 10_000 })
  removed!: readonly string[];
  @TextsField({ label: 'Identifiers that name no document', readOnly: true, atMost: 10_000 })
  not_found!: readonly string[];
}

/** A batch may be large, and waits for others that write the same documents. */
const batchDeadlineMs = 60_000;

const api = 'http://api.datawiz.io/api/v1';
const shop = '37a9969a-1ce0-11e6-b15d-00505600b73b';
const product = '43b9900b-78b0-11e5-ab16-000c29883704';
const receipt = '9856d0f5-0929-11e5-80d8-7054d2c57800_1111';

const lineExample = {
  url: `${api}/supplier-refunds/test-document_${shop}/products/4/`,
  product_id: product,
  product_url: `${api}/products/${product}/`,
  receive_document_id: receipt,
  receive_document_url: `${api}/receive-documents/${receipt}/`,
  qty: '1.0000',
  price: '5.0000',
  total_price: '5.0000',
};
const example = {
  url: `${api}/supplier-refunds/test-document_${shop}/`,
  document_id: 'test-document',
  supplier_id: 'supplier-1',
  supplier_url: `${api}/suppliers/supplier-1/`,
  shop_id: shop,
  shop_url: `${api}/shops/${shop}/`,
  date: '2017-01-01T15:39:00',
  identifier: 'test-document',
  responsible: null,
  description: null,
  products: [lineExample],
};
const inputExample = {
  supplier_id: 'supplier-1',
  shop_id: shop,
  date: '2017-1-1 15:39:00',
  document_id: 'test-document',
  products: [{ product_id: product, qty: 1, price: 5, total_price: 5, receive_document_id: receipt }],
};
const supplierRefunds = resource({
  family: 'retail',
  path: 'supplier-refunds',
  of: SupplierRefund,
  title: 'Supplier Refund',
  example,
  inputExample,
});

export const listSupplierRefunds = supplierRefunds.list({
  summary: 'List supplier refunds',
  scope: read,
  formats,
  detailed: DetailedSupplierRefund,
  filters: { shop_id: ['exact'], supplier_id: ['exact'], date: { from: 'date_from', through: 'date_to' } },
  itemFilters: { products: ['product_id', 'receive_document_id'] },
  sort: ['url', 'date', 'document_id'],
  sortAliases: { order_id: 'document_id' },
  order: ['id'],
});
export const saveSupplierRefunds = supplierRefunds.create({
  summary: 'Save one supplier refund, or up to 2,000, all or none',
  description: 'One that is there already is replaced.',
  example: savedExample,
  scope: write,
  formats,
  atMost: 2000,
  output: Saved,
  deadlineMs: batchDeadlineMs,
});
export const removeSupplierRefunds = supplierRefunds.removeMany({
  summary: 'Remove supplier refunds',
  description:
    'An identifier is a public key, or a document_id, which is that of every shop. Those that name no document ' +
    'are ignored; `?detail=1` lists them, and what was removed.',
  example: { removed: [`test-document_${shop}`], not_found: ['typo'] },
  inputExample: { identifiers: [`test-document_${shop}`, 'typo'] },
  scope: write,
  formats,
  input: Identifiers,
  detailed: Removed,
});
export const readSupplierRefund = supplierRefunds.detail({
  summary: 'Read a supplier refund',
  scope: read,
  formats,
  detailed: DetailedSupplierRefund,
});
export const replaceSupplierRefund = supplierRefunds.replace({
  summary: 'Replace a supplier refund',
  scope: write,
  formats,
});
export const updateSupplierRefund = supplierRefunds.update({
  summary: 'Change a supplier refund',
  scope: write,
  formats,
});
export const removeSupplierRefund = supplierRefunds.remove({
  summary: 'Remove a supplier refund',
  scope: write,
  formats,
});
export const readRefundLine = supplierRefunds.part('products', {
  summary: 'Read a line of a supplier refund',
  example: lineExample,
  scope: read,
  formats,
  of: RefundLine,
  detailed: DetailedRefundLine,
});
