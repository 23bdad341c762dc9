import { type Row } from '../row.js';

type Exception = Partial<Record<'extra_information_needed' | 'is_active' | 'send_to_oms' | 'send_to_remote', boolean>>;

/** The document's two reasons with their dates (oms-cancellation-reasons.txt), then some of a Turkish shop's. */
export const cancellationReasons: readonly Row[] = [
  reason(1, 'cancel', 'Yanlış ürün aldım.', 100, '2023-07-04T10:30:31.298861Z', '2023-07-04T10:30:31.298873Z'),
  reason(
    2,
    'cancel',
    'Ürünü satın almaktan vazgeçtim.',
    100,
    '2023-07-04T10:30:31.302982Z',
    '2023-07-04T10:30:31.302995Z',
  ),
  reason(
    3,
    'cancel',
    'Teslimat adresini yanlış girdim.',
    120,
    '2023-07-04T10:30:31.306114Z',
    '2023-09-18T07:12:05.640021Z',
  ),
  reason(
    4,
    'cancel',
    'Siparişim çok geç hazırlandı.',
    130,
    '2023-07-04T10:30:31.309467Z',
    '2023-07-04T10:30:31.309480Z',
  ),
  reason(5, 'cancel', 'Daha uygun fiyata buldum.', 140, '2023-07-04T10:30:31.312590Z', '2023-07-04T10:30:31.312604Z'),
  reason(
    6,
    'cancel',
    'Ödeme yöntemini değiştirmek istiyorum.',
    150,
    '2023-07-04T10:30:31.315733Z',
    '2024-01-22T13:40:59.001200Z',
  ),
  reason(
    7,
    'cancel',
    'İndirim kodunu kullanmayı unuttum.',
    160,
    '2023-08-11T08:05:17.420100Z',
    '2023-08-11T08:05:17.420118Z',
  ),
  reason(8, 'refund', 'Ürün hasarlı geldi.', 110, '2023-08-11T08:05:17.423355Z', '2024-03-05T16:21:44.870905Z'),
  reason(9, 'refund', 'Beden veya numara uymadı.', 110, '2023-08-11T08:05:17.426491Z', '2023-08-11T08:05:17.426503Z'),
  reason(10, 'refund', 'Yanlış ürün gönderildi.', 120, '2023-08-11T08:05:17.429702Z', '2023-08-11T08:05:17.429715Z'),
  reason(
    11,
    'refund',
    'Ürün açıklamasıyla uyuşmuyor.',
    130,
    '2023-08-11T08:05:17.432840Z',
    '2023-08-11T08:05:17.432852Z',
  ),
  reason(
    12,
    'refund',
    'Eksik parça veya aksesuar var.',
    140,
    '2023-11-02T09:55:03.100007Z',
    '2023-11-02T09:55:03.100019Z',
  ),
  reason(13, 'refund', 'Diğer', 999, '2023-11-02T09:55:03.103300Z', '2024-02-14T11:00:00.000001Z', {
    extra_information_needed: true,
  }),
  reason(
    14,
    'refund',
    'Hediye olarak alındı, beğenilmedi.',
    150,
    '2023-11-02T09:55:03.106428Z',
    '2024-05-30T06:45:12.333010Z',
    { is_active: false },
  ),
  reason(
    15,
    'cancel',
    'Şüpheli işlem (yalnızca iç kullanım)',
    200,
    '2024-04-16T12:30:00.512044Z',
    '2024-04-16T12:30:00.512058Z',
    { send_to_oms: false, send_to_remote: false },
  ),
];

function reason(
  pk: number,
  cancellation_type: string,
  subject: string,
  order: number,
  created_date: string,
  modified_date: string,
  exception: Exception = {},
): Row {
  return {
    pk,
    cancellation_type,
    subject,
    order,
    extra_information_needed: false,
    is_active: true,
    send_to_oms: true,
    send_to_remote: true,
    translations: {},
    uuid: `5d0c2a5e-7b1f-4c58-9a36-${String(pk).padStart(12, '0')}`,
    created_date,
    modified_date,
    ...exception,
  };
}
