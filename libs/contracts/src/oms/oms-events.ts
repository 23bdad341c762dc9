import { scopes } from '@refundry/auth';
import { ChoiceField, eventType, IntegerField, IntegersField, type EventType } from '@refundry/resource';
import { eventEndpoints } from '../events.js';
import { setupSteps, type SetupStep } from './setup.js';

/** The ids that an event names at the most. */
export const maxEventIds = 500;

/** The content of the events of rows, version 1. */
export class RowsEvent {
  /** Our own, as answers have them. */
  @IntegersField({ label: 'IDs of the rows', atMost: maxEventIds }) ids!: readonly number[];
}

/** The lists that addresses are made of. */
export const addressLists = ['countries', 'cities', 'townships', 'districts'] as const;

export type AddressList = (typeof addressLists)[number];

/** The content of the events of addresses, version 1. */
export class AddressesEvent extends RowsEvent {
  @ChoiceField({ label: 'The list that the rows are of', choices: addressLists }) list!: AddressList;
}

/** The content of the events of a step's runs, version 1. */
export class SetupEvent {
  @ChoiceField({ label: 'Step', choices: setupSteps }) step!: SetupStep;
  /** It tells the runs of an account apart. */
  @IntegerField({ label: 'ID of the run' }) run!: number;
}

const subjectIn = (list: string, ids: readonly number[]): string | undefined =>
  ids.length === 1 ? `${list}/${ids[0]}` : undefined;

const ofRows = (type: string, list: string, summary: string): EventType<RowsEvent> =>
  eventType({
    family: 'oms',
    type,
    version: 1,
    summary,
    of: RowsEvent,
    example: { ids: [1] },
    subjectOf: ({ ids }) => subjectIn(list, ids),
  });

export const cancellationReasonsSaved = ofRows(
  'oms.cancellation_reason.saved',
  'cancellation-reasons',
  'Cancellation reasons were written, because they are new or have changed',
);

export const cancellationReasonsDeactivated = ofRows(
  'oms.cancellation_reason.deactivated',
  'cancellation-reasons',
  'Cancellation reasons became inactive',
);

export const customersSaved = ofRows(
  'oms.customer.saved',
  'customers',
  'Customers were written, because they are new or have changed',
);

export const channelsSaved = ofRows(
  'oms.channel.saved',
  'channels',
  'Channels were written, because they are new or have changed',
);

export const addressesSaved = eventType({
  family: 'oms',
  type: 'oms.address.saved',
  version: 1,
  summary: 'Countries, cities, townships or districts were added',
  of: AddressesEvent,
  example: { ids: [1], list: 'cities' },
  subjectOf: ({ list, ids }) => subjectIn(list, ids),
});

/** The states in which a step's run ends. */
export type SetupEnd = 'FINISHED' | 'FAILED' | 'ABORTED';

const setupBecame = (end: SetupEnd, summary: string): EventType<SetupEvent> =>
  eventType({
    family: 'oms',
    type: `oms.setup.${end.toLowerCase()}`,
    version: 1,
    summary,
    of: SetupEvent,
    example: { step: 'addresses', run: 1 },
    subjectOf: ({ step }) => `setup/${step}/last_run`,
  });

/** The event of each end of a step's run. */
export const setupEnded: Readonly<Record<SetupEnd, EventType<SetupEvent>>> = {
  FINISHED: setupBecame('FINISHED', 'A run of a step came to its end'),
  FAILED: setupBecame('FAILED', 'A run of a step failed'),
  ABORTED: setupBecame('ABORTED', 'A run of a step was aborted, or given up'),
};

export const omsEvents = eventEndpoints({
  family: 'oms',
  scope: scopes.oms.read,
  exampleType: customersSaved,
  exampleUrl: 'http://127.0.0.1:8080/api/v1/oms/events/',
});
