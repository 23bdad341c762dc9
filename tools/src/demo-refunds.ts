/** The shop, the product and the delivery that the retail document's samples name. */
const documented = {
  shop: '37a9969a-1ce0-11e6-b15d-00505600b73b',
  product: '43b9900b-78b0-11e5-ab16-000c29883704',
  /** `<shop>_<document>`. */
  delivery: { shop: '9856d0f5-0929-11e5-80d8-7054d2c57800', document: '1111' },
} as const;

const cities = ['Київ', 'Львів', 'Одеса', 'Харків'];
const goods = ['Молоко 2.5 %', 'Хліб «Бородинський»', 'Сир гауда', 'Яблука', 'Кава в зернах', 'Олія соняшникова'];
const people = ['Іваненко О.', 'Петренко М.', null];

const shops = [
  { shop_id: documented.shop, name: 'Магазин № 1147' },
  { shop_id: documented.delivery.shop, name: 'Склад' },
  ...cities.map((city, index) => ({ shop_id: `shop-${index + 1}`, name: `Магазин, ${city}` })),
];
const products = [
  { product_id: documented.product, name: 'Вода мінеральна', barcode: '4820000000017' },
  ...goods.map((name, index) => ({ product_id: `product-${index + 1}`, name, barcode: `48200000010${10 + index}` })),
];
const suppliers = [1, 2, 3].map((number) => ({
  supplier_id: `supplier-${number}`,
  name: `Постачальник ${number}`,
  supplier_code: `S-${number}`,
  phone: `+38044000000${number}`,
  commodity_credit_days: 14 * number,
  address: `вул. Хрещатик, ${number}`,
}));

const receiveDocuments = [
  received(documented.delivery.shop, documented.delivery.document, 0, [documented.product]),
  ...cities.map((_city, index) =>
    received(
      `shop-${index + 1}`,
      `delivery-${index + 1}`,
      index,
      goods.map((_name, product) => `product-${product + 1}`),
    ),
  ),
];

function received(shop: string, document: string, supplier: number, of: readonly string[]): object {
  return {
    document_id: document,
    supplier_id: `supplier-${(supplier % 3) + 1}`,
    document_number: `N-${document}`,
    shop_id: shop,
    order_id: null,
    document_date: '2016-12-20T09:00:00',
    responsible: people[0],
    items_qty: 10 * of.length,
    price_total: 50 * of.length,
    products: of.map((product) => ({ product_id: product, qty: 10, price: 5, price_total: 50 })),
  };
}

/** The two of the document, and some dozens more. */
const refunds = [
  ...['test-document', 'test-document2'].map((document) => ({
    document_id: document,
    supplier_id: 'supplier-1',
    shop_id: documented.shop,
    date: '2017-1-1 15:39:00',
    products: [
      {
        product_id: documented.product,
        qty: 1,
        price: 5,
        total_price: 5,
        receive_document_id: `${documented.delivery.shop}_${documented.delivery.document}`,
      },
    ],
  })),
  ...Array.from({ length: 40 }, (_, index) => refund(index)),
];

function refund(index: number): object {
  const shop = (index % cities.length) + 1;
  return {
    document_id: `return-${index + 1}`,
    supplier_id: `supplier-${(index % 3) + 1}`,
    shop_id: `shop-${shop}`,
    date: `2017-02-${String((index % 28) + 1).padStart(2, '0')}T${String(8 + (index % 10)).padStart(2, '0')}:30:00`,
    responsible: people[index % people.length],
    description: index % 5 === 0 ? 'Пошкоджена упаковка' : null,
    products: Array.from({ length: (index % 3) + 1 }, (_, line) => ({
      product_id: `product-${((index + line) % goods.length) + 1}`,
      receive_document_id: `shop-${shop}_delivery-${shop}`,
      qty: `${line + 1}.5000`,
      price: '5.2500',
      total_price: ((line + 1.5) * 5.25).toFixed(4),
    })),
  };
}

/** The documents posted by the demo account's ERP, by path: what others point to comes first. */
export const demoBatches = (): readonly (readonly [path: string, batch: readonly object[]])[] => [
  ['suppliers/', suppliers],
  ['shops/', shops],
  ['products/', products],
  ['receive-documents/', receiveDocuments],
  ['supplier-refunds/', refunds],
];
