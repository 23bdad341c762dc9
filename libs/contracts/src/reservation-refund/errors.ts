import type { FailureCode } from '@refundry/errors';

interface PublishedError {
  readonly en: string;
  readonly fa: string;
}

/** The numbers of the reservation family's errors, published at `GET errors`. */
export const reservationErrors: Readonly<Record<number, PublishedError>> = {
  1001: { en: 'The reserve_id is missing.', fa: 'شناسه رزرو ارسال نشده است.' },
  1002: { en: 'The request, or its reserve_id, is malformed.', fa: 'درخواست یا شناسه رزرو نامعتبر است.' },
  1003: { en: 'Body and query disagree.', fa: 'مقادیر بدنه و آدرس درخواست یکسان نیستند.' },
  1004: { en: 'Some fields are invalid.', fa: 'برخی از فیلدها نامعتبر هستند.' },
  2001: { en: 'The Authorization header is missing, or is no bearer token.', fa: 'توکن احراز هویت ارسال نشده است.' },
  2002: { en: 'The Domain header is missing.', fa: 'دامنه ارسال نشده است.' },
  2003: {
    en: 'The token is malformed, or not signed with HS256.',
    fa: 'توکن نامعتبر است یا با الگوریتم HS256 امضا نشده است.',
  },
  2004: { en: 'The token is not signed for this domain.', fa: 'امضای توکن برای این دامنه معتبر نیست.' },
  2005: { en: 'The token has expired.', fa: 'توکن منقضی شده است.' },
  2006: { en: 'The token has no valid exp.', fa: 'زمان انقضای توکن مشخص نشده یا نامعتبر است.' },
  2007: { en: 'The token is valid for too long.', fa: 'زمان اعتبار توکن بیش از حد مجاز است.' },
  2008: { en: 'The token is not valid yet.', fa: 'توکن هنوز معتبر نشده است.' },
  2009: { en: 'The token is too large.', fa: 'توکن بیش از حد بزرگ است.' },
  2101: { en: 'The domain is disabled.', fa: 'دامنه غیرفعال است.' },
  2102: { en: 'The token does not allow this.', fa: 'توکن اجازه این عملیات را ندارد.' },
  3001: { en: 'There is no such reservation.', fa: 'رزروی با این مشخصات یافت نشد.' },
  3002: { en: 'Several reservations bear this PNR.', fa: 'چند رزرو با این PNR وجود دارد.' },
  3003: { en: 'The reservation is refunded already.', fa: 'این رزرو قبلاً استرداد شده است.' },
  3004: { en: 'The reservation was used already.', fa: 'این رزرو قبلاً استفاده شده است.' },
  3005: { en: 'There are no refund rules for this reservation.', fa: 'برای این رزرو قوانین استرداد تعریف نشده است.' },
  3006: { en: 'There is no such refund.', fa: 'درخواست استردادی با این مشخصات یافت نشد.' },
  3007: { en: 'There is no such rule set.', fa: 'قوانین استردادی با این مشخصات یافت نشد.' },
  3008: { en: 'There is nothing with this key.', fa: 'موردی با این شناسه یافت نشد.' },
  3009: {
    en: 'The reservation has no such passenger; the error names them.',
    fa: 'این رزرو چنین مسافری ندارد؛ شماره‌ها در خطا آمده است.',
  },
  3010: {
    en: 'A passenger is refunded already; the error names them.',
    fa: 'بلیت این مسافر قبلاً استرداد شده است؛ شماره‌ها در خطا آمده است.',
  },
  3015: {
    en: 'This is not possible in the present state; the error names the state and what is possible in it.',
    fa: 'این عملیات در وضعیت فعلی ممکن نیست؛ وضعیت فعلی و عملیات ممکن در خطا آمده است.',
  },
  3016: {
    en: 'A request with this Idempotency-Key is still being worked on.',
    fa: 'درخواستی با این Idempotency-Key هنوز در حال پردازش است.',
  },
  4001: { en: 'The penalty has changed.', fa: 'مبلغ جریمه تغییر کرده است.' },
  4041: { en: 'There is no such URL.', fa: 'آدرس درخواست اشتباه است.' },
  4051: { en: 'The method is not allowed.', fa: 'متد درخواست مجاز نیست.' },
  4291: { en: 'Too many requests.', fa: 'تعداد درخواست‌ها بیش از حد مجاز است.' },
  5000: { en: 'A server error occurred.', fa: 'خطای سرور رخ داده است.' },
  5001: { en: 'The service is temporarily unavailable.', fa: 'سرویس موقتاً در دسترس نیست.' },
};

/** The number of each failure that a service or the gateway may answer; those of credentials bring their own. */
export const numberOfFailure: Partial<Record<FailureCode, number>> = {
  reserve_id_missing: 1001,
  reserve_id_malformed: 1002,
  parse_error: 1002,
  multipart_error: 1002,
  malformed_request: 1002,
  request_timeout: 1002,
  headers_too_large: 1002,
  unsupported_media_type: 1002,
  unsupported_coding: 1002,
  payload_too_large: 1002,
  inputs_disagree: 1003,
  invalid: 1004,
  invalid_page: 1004,
  invalid_cursor: 1004,
  idempotency_mismatch: 1004,
  permission_denied: 2102,
  unknown_reservation: 3001,
  ambiguous_pnr: 3002,
  already_refunded: 3003,
  already_used: 3004,
  no_rules: 3005,
  unknown_refund: 3006,
  unknown_rules: 3007,
  unknown_row: 3008,
  unknown_passenger: 3009,
  passenger_refunded: 3010,
  wrong_state: 3015,
  conflict: 3016,
  penalty_changed: 4001,
  not_found: 4041,
  method_not_allowed: 4051,
  throttled: 4291,
  busy_account: 4291,
  unavailable: 5001,
  overloaded: 5001,
  deadline_exceeded: 5001,
};
