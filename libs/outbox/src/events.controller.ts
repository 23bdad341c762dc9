import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles } from '@refundry/messaging';
import { ReadPool, ResourceReader, resourceTable, RowByKey } from '@refundry/persistence';
import {
  describeEventType,
  fieldsOf,
  type ActionEndpoint,
  type Class,
  type DetailEndpoint,
  type DetailRequest,
  type EventType,
  type JsonText,
  type ListEndpoint,
  type ListRequest,
  type Page,
} from '@refundry/resource';

/** The endpoints of a family's event log, as its contract declares them. */
export interface EventLogEndpoints {
  readonly list: ListEndpoint;
  readonly detail: DetailEndpoint;
  /** Its answer has `types`: the type, version, summary, schema and example of each. */
  readonly types: ActionEndpoint<object, object>;
}

/** SQL of what became of an event on its way to those who are told of it. */
export interface EventDeliveries {
  /** Whether nobody is still to be told of the row of `event`; `$1` is the account. */
  readonly isDelivered: string;
  /** Whether a row of `event` is one of which that is as a parameter says. */
  readonly isDeliveredIf: (parameter: string) => string;
  /** Its deliveries, as a `ListField` of the class reads them. */
  readonly items: (of: Class) => string;
}

/** Those of a service without webhooks: it has nobody to tell. */
export const noDeliveries: EventDeliveries = {
  isDelivered: 'true',
  isDeliveredIf: (parameter) => `${parameter}::boolean`,
  items: () => `'[]'`,
};

interface EventsControllerOptions {
  readonly endpoints: EventLogEndpoints;
  readonly types: readonly EventType[];
  readonly deliveries: EventDeliveries;
}

/** The controller of a service's event log. */
export function eventsController({ endpoints, types, deliveries }: EventsControllerOptions): Type {
  const { list, detail, types: listTypes } = endpoints;
  const catalogue = { types: types.map(describeEventType) };

  @Controller()
  class EventsController {
    private readonly events: ResourceReader<object>;
    private readonly event: RowByKey<object>;

    constructor(@Inject(ReadPool) readPool: ReadPool) {
      this.events = new ResourceReader(readPool, list.of, eventTable(list.of, deliveries));
      this.event = new RowByKey(readPool, detail.of, eventStatement(detail.of, deliveries));
    }

    @Handles(list)
    list(request: ListRequest): Promise<Page<object>> {
      return this.events.page(request);
    }

    @Handles(detail)
    detail(request: DetailRequest): Promise<JsonText<object>> {
      return this.event.read(request, request.key);
    }

    @Handles(listTypes)
    types(): object {
      return catalogue;
    }
  }
  return EventsController;
}

const columnsOf = ({ isDelivered }: EventDeliveries): Record<string, string> => ({
  id: 'event_id',
  url: 'event_id',
  delivered: isDelivered,
});

const eventTable = (of: Class, deliveries: EventDeliveries): ReturnType<typeof resourceTable> => ({
  ...resourceTable('event', of, columnsOf(deliveries)),
  itemConditions: { type: typeCondition, delivered: deliveries.isDeliveredIf },
});

function eventStatement(of: Class, deliveries: EventDeliveries): string {
  const columns = columnsOf(deliveries);
  const values = fieldsOf(of).map((field) =>
    field.of ? deliveries.items(field.of) : field.select(columns[field.name] ?? field.name),
  );
  return `select ${values.join(', ')} from event where account_id = $1 and event_id = $2`;
}

/** SQL of whether an event is of a type, or of one that begins with what stands before `.*`. */
const typeCondition = (parameter: string): string =>
  `(type >= rtrim(${parameter}::text, '*') and type <= case when ${parameter}::text like '%.*' ` +
  `then rtrim(${parameter}::text, '*') || '~' else ${parameter}::text end)`;
