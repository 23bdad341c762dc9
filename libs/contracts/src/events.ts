import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  describeEventType,
  IntegerField,
  JsonField,
  LinkField,
  ListField,
  resource,
  StringField,
  type ActionEndpoint,
  type DetailEndpoint,
  type EventType,
  type Family,
  type ListEndpoint,
} from '@refundry/resource';
import { deliveryStatuses, type DeliveryStatus } from './webhooks.js';

/** A fact, as an account's event log holds it. */
export class Event {
  @StringField({ label: 'ID', readOnly: true }) id!: string;
  /** Later events have higher ones; gaps mean nothing. */
  @IntegerField({ label: 'Position', readOnly: true }) position!: number;
  @StringField({ label: 'Type', readOnly: true }) type!: string;
  @IntegerField({ label: 'Version', readOnly: true }) version!: number;
  @DateTimeField({ label: 'Occurred', readOnly: true }) occurred!: string;
  @StringField({ label: 'Subject', readOnly: true, allowNull: true }) subject!: string | null;
  @LinkField({ label: 'Url', to: 'events/{}' }) url!: string;
  @JsonField({ label: 'Data', readOnly: true }) data!: unknown;
  /** No webhook is still to be told, or was not to be reached. */
  @BooleanField({ label: 'Delivered', readOnly: true }) delivered!: boolean;
}

/** The delivery of an event to a webhook. */
export class EventDelivery {
  @IntegerField({ label: 'ID' }) id!: number;
  @IntegerField({ label: 'Webhook' }) webhook!: number;
  @ChoiceField({ label: 'Status', choices: deliveryStatuses }) status!: DeliveryStatus;
  @IntegerField({ label: 'Attempt count' }) attempt_count!: number;
  @DateTimeField({ label: 'Next attempt date', allowNull: true }) next_attempt_date!: string | null;
  @DateTimeField({ label: 'Delivered date', allowNull: true }) delivered_date!: string | null;
}

/** An event with its deliveries to the webhooks that there are. */
export class EventWithDeliveries extends Event {
  @ListField({ label: 'Deliveries', of: EventDelivery, readOnly: true }) deliveries!: readonly EventDelivery[];
}

/** A type of the catalogue. */
export class PublishedEventType {
  @StringField({ label: 'Type' }) type!: string;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Summary' }) summary!: string;
  @JsonField({ label: 'JSON Schema of the data' }) schema!: unknown;
  @JsonField({ label: 'Example of the data' }) example!: unknown;
}

export class PublishedEventTypes {
  @ListField({ label: 'Types', of: PublishedEventType }) types!: readonly PublishedEventType[];
}

/** The endpoints of a family's event log. */
export interface EventEndpoints {
  readonly list: ListEndpoint<Event>;
  readonly detail: DetailEndpoint<EventWithDeliveries>;
  readonly types: ActionEndpoint<object, PublishedEventTypes>;
}

interface EventEndpointsOptions {
  readonly family: Family;
  readonly scope: string;
  /** The type of the event in examples. */
  readonly exampleType: EventType;
  /** The address of the family's log in examples. */
  readonly exampleUrl: string;
}

/** Declares the event log of a family: its events of the last 30 days, and the types there are. */
export function eventEndpoints({ family, scope, exampleType, exampleUrl }: EventEndpointsOptions): EventEndpoints {
  const { type, version, example: data } = exampleType;
  const id = '8f14e45f-ceea-467f-a9d6-6a9d2f7c1b11';
  const example = {
    id,
    position: 1_796_017_200_125_000,
    type,
    version,
    occurred: '2026-11-29T05:40:00.125000Z',
    subject: exampleType.subjectOf(data) ?? null,
    url: `${exampleUrl}${id}/`,
    data,
    delivered: true,
  };
  const events = resource({ family, path: 'events', of: Event, example });
  const event = resource({
    family,
    path: 'events',
    of: EventWithDeliveries,
    title: 'Event',
    example: { ...example, deliveries: [deliveryExample] },
  });
  return {
    list: events.list({
      summary: 'List events',
      description:
        'What has happened in the last 30 days, in the order in which it became visible: an event that appears later ' +
        'has a higher `position`. Remember the last one, and ask for `position__gt`. `type` may end in `.*`. An ' +
        'event names what has changed, and does not bring it.',
      scope,
      filters: {
        position: ['gt', 'gte', 'lt', 'lte'],
        type: ['exact'],
        occurred: ['gt', 'gte', 'lt', 'lte'],
        subject: ['exact'],
        delivered: ['exact'],
      },
      sort: ['position'],
      order: ['position', 'id'],
    }),
    detail: event.detail({ summary: 'Read an event with its deliveries to webhooks', scope }),
    types: events.action('types', {
      summary: 'List the types of events, with the schema of their data',
      example: { types: [describeEventType(exampleType)] },
      scope,
      methods: ['GET'],
      output: PublishedEventTypes,
      isRead: true,
    }),
  };
}

const deliveryExample: EventDelivery = {
  id: 1,
  webhook: 1,
  status: 'delivered',
  attempt_count: 1,
  next_attempt_date: null,
  delivered_date: '2026-11-29T05:40:00.250000Z',
};
