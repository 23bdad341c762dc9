import { scopes } from '@refundry/auth';
import { DecimalField, IntegerField, LinkField, ListField, LocalDateTimeField, resource, StringField, TextsField } from '@refundry/resource';

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

/** What an ERP reports as returned to a supplier (supplier-refunds.txt). */
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
  @StringField({ label: 'Responsible', required: false, allowNull: true, allowBlank: true, maxLength: 150 }) responsible?: string | null;
  @StringField({ label: 'Description', required: false, allowNull: true, allowBlank: true, maxLength: 200 }) description?: string | null;
  @ListField({ label: 'Products', describedAs: 'field', of: RefundLine }) products!: readonly RefundLine[];
}

/** The same, each line with what is odd about it. */
export class DetailedSupplierRefund extends SupplierRefund {
  @ListField({ label: 'Products', of: DetailedRefundLine }) override products!: readonly DetailedRefundLine[];
}

/** What became of the documents that were posted. */
export class Saved {
  @IntegerField({ label: 'Created' }) created!: number;
  @IntegerField({ label: 'Updated' }) updated!: number;
}

/** Documents by their public keys, or by a `document_id`, which means that of every shop. */
export class Identifiers {
  @TextsField({ label: 'Identifiers', atMost: 10_000, maxLength: 320 }) identifiers!: readonly string[];
}

/** A batch may be large, and waits for others that write the same documents. */
const batchDeadlineMs = 60_000;

const supplierRefunds = resource({ family: 'retail', path: 'supplier-refunds', of: SupplierRefund, title: 'Supplier Refund' });

export const listSupplierRefunds = supplierRefunds.list({
  scope: read,
  formats,
  detailed: DetailedSupplierRefund,
  filters: { shop_id: ['exact'], supplier_id: ['exact'], date: { from: 'date_from', through: 'date_to' } },
  itemFilters: { products: ['product_id', 'receive_document_id'] },
  sort: ['url', 'date', 'document_id'],
  sortAliases: { order_id: 'document_id' },
  order: ['id'],
});
export const saveSupplierRefunds = supplierRefunds.create({ scope: write, formats, atMost: 2000, output: Saved, deadlineMs: batchDeadlineMs });
export const removeSupplierRefunds = supplierRefunds.removeMany({ scope: write, formats, input: Identifiers });
export const readSupplierRefund = supplierRefunds.detail({ scope: read, formats, detailed: DetailedSupplierRefund });
export const replaceSupplierRefund = supplierRefunds.replace({ scope: write, formats });
export const updateSupplierRefund = supplierRefunds.update({ scope: write, formats });
export const removeSupplierRefund = supplierRefunds.remove({ scope: write, formats });
export const readRefundLine = supplierRefunds.part('products', { scope: read, formats, of: RefundLine, detailed: DetailedRefundLine });
