import type { OfficeHours, Weekday } from '@refundry/contracts';

/** The same hours on several days. */
export const hours = (days: readonly Weekday[], from: string, until: string): OfficeHours[] =>
  days.map((day) => ({ day, from, until }));
