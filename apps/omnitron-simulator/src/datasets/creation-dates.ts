import { formatInstant, parseInstant } from '../instant.js';

/** When a row came and when it was changed. */
export interface CreationDates {
  readonly created_date: string;
  readonly modified_date: string;
}

/**
 * Dates of rows that were brought in one after the other by their pk, from `start` on, and never changed since.
 *
 * @param step microseconds from one pk to the next
 */
export function creationDates(start: string, step: number): (pk: number) => CreationDates {
  const first = parseInstant(start) ?? NaN;
  return (pk) => ({
    created_date: formatInstant(first + pk * step),
    modified_date: formatInstant(first + pk * step + 13),
  });
}
