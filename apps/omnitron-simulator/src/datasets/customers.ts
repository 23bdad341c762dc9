import { type Row } from '../row.js';
import { creationDates, type CreationDates } from './creation-dates.js';

const webShop = 3;
const n11 = 5;

/** The document's ten customers (oms-customers.txt); their pk here is the `omnitron_id` there. */
const documented: readonly Row[] = [
  customer(
    55,
    'ali.test@akinon.com',
    'Ali',
    '05555554433',
    '2023-10-06T08:42:53.427023Z',
    '2023-10-06T08:42:53.427050Z',
  ),
  customer(
    56,
    'ipek.test@akinon.com',
    'İpek',
    '05555432100',
    '2023-09-05T13:36:59.653885Z',
    '2023-09-05T13:36:59.653913Z',
  ),
  customer(
    57,
    'ahmet.test@akinon.com',
    'Ahmet',
    '05454545454',
    '2023-09-04T07:38:17.414588Z',
    '2023-09-04T07:38:17.414615Z',
  ),
  customer(60, 'tugce.test@akinon.com', 'Tuğçe', null, '2023-08-16T07:46:00.912768Z', '2023-09-13T11:20:37.500200Z'),
  customer(
    61,
    'veli.test@akinon.com',
    'Veli',
    '05550005555',
    '2023-08-07T11:36:47.556620Z',
    '2023-08-07T11:36:47.556641Z',
  ),
  customer(66, 'zeynep.test@akinon.com', 'Zeynep', null, '2023-06-19T12:16:44.195162Z', '2023-06-19T12:16:44.195190Z'),
  customer(
    70,
    'mehmet.test@akinon.com',
    'Mehmet',
    '05556665544',
    '2023-06-19T08:38:45.560031Z',
    '2023-06-19T08:38:45.560051Z',
  ),
  customer(
    81,
    'fatma.test@gmail.com',
    'Fatma',
    '05555551122',
    '2023-06-19T07:43:25.090872Z',
    '2023-06-19T07:52:42.410357Z',
  ),
  customer(101, 'emre.test@gmail.com', 'Emre', null, '2023-06-14T09:56:48.842924Z', '2023-06-14T11:25:10.352066Z'),
  customer(
    105,
    'yilmaz.test@akinon.net',
    'Yılmaz',
    '05554440000',
    '2023-06-06T08:39:22.332325Z',
    '2023-06-09T11:10:00.248909Z',
  ),
];

const firstNames = ['Ayşe', 'Işıl', 'İlker', 'Çağrı', 'Gül', 'Ömer', 'Şule', 'Ünal', 'Irmak', 'Deniz', 'Hakan'];
const lastNames = ['Yılmaz', 'Kaya', 'Çelik', 'Şahin', 'Öztürk', 'Işık', 'İnci', 'Doğan', 'Arslan'];

const firstMadeUp = 106;
const inMay = 99;
const laterDates = creationDates('2023-06-01T00:00:00.000001Z', 1_000_003);

/** As many as the document counts. */
export const customersByDefault = documented.length + inMay;

/** Makes so many of the upstream's customers, in the order of their pk: first the document's. */
export function customers(count: number): readonly Row[] {
  return [
    ...documented.slice(0, count),
    ...Array.from({ length: Math.max(0, count - documented.length) }, (_, index) => madeUp(index)),
  ];
}

function madeUp(index: number): Row {
  const pk = firstMadeUp + index;
  const phone = index % 3 === 0 ? null : `+9055${String(50_000_000 + ((pk * 7919) % 50_000_000)).padStart(8, '0')}`;
  const { created_date: created, modified_date: modified } = index < inMay ? datesInMay(index, pk) : laterDates(pk);
  return {
    ...customer(
      pk,
      `customer-${pk}@example.com`,
      firstNames[index % firstNames.length] ?? '',
      phone,
      created,
      modified,
    ),
    last_name: lastNames[index % lastNames.length] ?? '',
    erp_code: index % 5 === 0 ? `ERP-${pk}` : null,
    channel: index % 4 === 0 ? n11 : webShop,
  };
}

function datesInMay(index: number, pk: number): CreationDates {
  const date = `2023-05-${String(1 + (index % 28)).padStart(
    2,
    '0',
  )}T09:${String(index % 60).padStart(2, '0')}:00.${String(pk * 1009).padStart(6, '0')}Z`;
  return { created_date: date, modified_date: date };
}

function customer(
  pk: number,
  email: string,
  first_name: string,
  phone_number: string | null,
  created_date: string,
  modified_date: string,
): Row {
  return {
    pk,
    email,
    first_name,
    last_name: 'Test',
    phone_number,
    erp_code: null,
    channel: webShop,
    is_active: true,
    created_date,
    modified_date,
  };
}
