import {
  listReceiveDocuments,
  readReceiveDocument,
  ReceiveDocument,
  ReceivedLine,
  saveReceiveDocuments,
} from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { largeLines, linesColumn } from '../saving/lines-column.js';
import { savedResource } from '../saving/saved-resource.js';

const documents = 'receive_document';
const lines = { of: ReceivedLine, table: 'receive_document_line', documents };

export const ReceiveDocumentsController = savedResource(
  { list: listReceiveDocuments, detail: readReceiveDocument, save: saveReceiveDocuments },
  resourceTable(
    documents,
    ReceiveDocument,
    { url: 'public_key', products: linesColumn(lines) },
    largeLines('products', lines),
  ),
  {
    of: ReceiveDocument,
    table: documents,
    key: ['document_id', 'shop_id'],
    publicKey: ['shop_id', 'document_id'],
    lines: { field: 'products', table: lines.table },
  },
);
