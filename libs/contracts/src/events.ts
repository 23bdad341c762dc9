import {
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
  readonly detail: DetailEndpoint<Event>;
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
  };
  const events = resource({ family, path: 'events', of: Event, example });
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
      },
      sort: ['position'],
      order: ['position', 'id'],
    }),
    detail: events.detail({ summary: 'Read an event', scope }),
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
