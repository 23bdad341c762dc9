import type { WaiverCode } from '@refundry/contracts';

const carriers = {
  largest_percent: null,
  needs_note: false,
  needs_second_person_above: null,
  is_active: true,
};

/** Reasons of the passenger's, which somebody has looked into. */
const passengers = { ...carriers, needs_note: true };

/**
 * The waiver codes that every account has until it replaces them. They are in code, so that a new one reaches every
 * account with the release, and none that an account has replaced is changed by it.
 */
export const defaultWaiverCodes: readonly Required<WaiverCode>[] = [
  { code: 'airline_cancelled', en: 'Cancelled by the airline', fa: 'لغو توسط ایرلاین', ...carriers },
  { code: 'delay', en: 'Delay', fa: 'تأخیر', ...carriers },
  { code: 'weather', en: 'Weather', fa: 'شرایط جوی', ...carriers },
  { code: 'death', en: 'Death in the family', fa: 'فوت بستگان', ...passengers },
  { code: 'medical', en: 'Medical reasons', fa: 'دلایل پزشکی', ...passengers },
  { code: 'schedule_change', en: 'Change of schedule', fa: 'تغییر برنامه حرکت', ...carriers },
  { code: 'technical_error', en: 'Technical error', fa: 'خطای فنی', ...carriers },
  { code: 'duplicate_booking', en: 'Booked twice', fa: 'رزرو تکراری', ...carriers },
  { code: 'goodwill', en: 'Goodwill', fa: 'حسن نیت', ...passengers, needs_second_person_above: 0 },
];
