import { Temporal } from 'temporal-polyfill';

/** An approved waiver of a reservation. Amounts are in Rial; it has either a penalty or a percentage. */
export interface FoundWaiver {
  readonly id: number;
  readonly code: string;
  /** Places among the passengers, from 1 on, in their order. */
  readonly passengers: readonly number[];
  readonly penalty: number | null;
  readonly percent_off: number | null;
  readonly max_waived: number | null;
  readonly largest_percent: number | null;
  /** As ISO 8601 writes it. */
  readonly valid_until: string | null;
}

/** Whether it is not over yet; when its time ends, it is. @param at in milliseconds since 1970 */
export const isInForce = ({ valid_until: until }: Pick<FoundWaiver, 'valid_until'>, at: number): boolean =>
  until === null ||
  Temporal.Instant.compare(Temporal.Instant.fromEpochMilliseconds(at), Temporal.Instant.from(until)) < 0;
