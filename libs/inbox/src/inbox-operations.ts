import { DateTimeField, IntegerField, ListField, operation, StringField, type Operation } from '@refundry/resource';

/** The failed events that are meant: of all accounts, or of one. */
export class FailedEventsSelection {
  @IntegerField({ label: 'Account', required: false }) account?: number;
}

/** An event that its consumer could not handle. */
export class FailedEvent {
  @IntegerField({ label: 'Account' }) account!: number;
  @StringField({ label: 'Consumer' }) consumer!: string;
  @StringField({ label: 'ID of the event' }) event!: string;
  @IntegerField({ label: 'Version' }) version!: number;
  @DateTimeField({ label: 'Occurred' }) occurred!: string;
  @IntegerField({ label: 'Attempts' }) attempts!: number;
  @DateTimeField({ label: 'Failed' }) failed!: string;
  @StringField({ label: 'Error of the last attempt', allowBlank: true }) error!: string;
}

export class FailedEvents {
  @ListField({ label: 'Events', of: FailedEvent }) events!: readonly FailedEvent[];
}

/** The failed events of an account that are to be handled again. */
export class RetryOrder {
  @IntegerField({ label: 'Account' }) account!: number;
  @StringField({ label: 'Consumer; all, unless it is said', required: false }) consumer?: string;
  @StringField({ label: 'ID of an event; all, unless it is said', required: false }) event?: string;
}

export class RetriedEvents {
  @IntegerField({ label: 'Events that are handled again' }) retried!: number;
}

/** The operations by which operators look after a service's inbox. */
export interface InboxOperations {
  readonly listFailed: Operation<FailedEventsSelection, FailedEvents>;
  readonly retry: Operation<RetryOrder, RetriedEvents>;
}

export const inboxOperations = (service: string): InboxOperations => ({
  listFailed: operation(`${service}.inbox.list-failed`, { input: FailedEventsSelection, output: FailedEvents }),
  retry: operation(`${service}.inbox.retry`, { input: RetryOrder, output: RetriedEvents }),
});
