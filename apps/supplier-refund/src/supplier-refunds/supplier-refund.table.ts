import { DetailedRefundLine, DetailedSupplierRefund, RefundLine, SupplierRefund } from '@refundry/contracts';
import type { ListTable } from '@refundry/pagination';
import { resourceTable } from '@refundry/persistence';
import { betweenKeys, type Class } from '@refundry/resource';
import { largeLines, lineColumns, linesColumn } from '../saving/lines-column.js';
import type { StoredClass } from '../saving/stored-class.js';
import { leaveSaved } from './supplier-refund-events.js';

const table = 'supplier_refund';
const lineTable = 'supplier_refund_line';

/** How supplier refunds are written. */
export const storedRefund: StoredClass<SupplierRefund> = {
  of: SupplierRefund,
  table,
  key: ['document_id', 'shop_id'],
  publicKey: ['document_id', 'shop_id'],
  lines: { field: 'products', table: lineTable },
  onWritten: leaveSaved,
};

/** A total can't be more exact than its column. */
const product = 'round(line.qty * line.price, 4)';

/** The column for the fields of a line that have no column of their own. */
const columns = {
  url: `${table}.public_key || chr(${betweenKeys.charCodeAt(0)}) || line.id`,
  product_url: 'line.product_id',
  receive_document_url: 'line.receive_document_id',
  warnings:
    `case when line.total_price = ${product} then '[]' ` +
    `else format('["total_price is not qty × price, which is %s."]', ${product}) end`,
};

const hasLine =
  (column: string) =>
  (parameter: string): string =>
    `id in (select document from ${lineTable} line where line.account_id = $1 and line.${column} = ${parameter})`;

function listTable(of: Class<SupplierRefund>, line: Class<RefundLine>): ListTable {
  const lines = { of: line, table: lineTable, documents: table, columns };
  return {
    ...resourceTable(
      table,
      of,
      {
        url: 'public_key',
        supplier_url: 'supplier_id',
        shop_url: 'shop_id',
        identifier: 'document_id',
        products: linesColumn(lines),
      },
      largeLines('products', lines),
    ),
    itemConditions: {
      'products.product_id': hasLine('product_id'),
      'products.receive_document_id': hasLine('receive_document_id'),
    },
  };
}

/** How they are read: as they are, and with what is odd about them. */
export const refundTable = listTable(SupplierRefund, RefundLine);
export const detailedRefundTable = listTable(DetailedSupplierRefund, DetailedRefundLine);

/** SQL of a line: of the account `$1`, of the document with the public key `$2`, with the id `$3`. */
export const lineStatement = (of: Class<RefundLine>): string => `
  select ${lineColumns({ of, columns }).join(', ')} from ${table}
  join ${lineTable} line on line.account_id = ${table}.account_id and line.document = ${table}.id
  where ${table}.account_id = $1 and ${table}.public_key = $2 and line.id = $3::int8`;
