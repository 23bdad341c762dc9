import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles } from '@refundry/messaging';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import {
  describeEventType,
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

/** The controller of a service's event log. */
export function eventsController(
  { list, detail, types: listTypes }: EventLogEndpoints,
  types: readonly EventType[],
): Type {
  const catalogue = { types: types.map(describeEventType) };

  @Controller()
  class EventsController {
    private readonly events: ResourceReader<object>;

    constructor(@Inject(ReadPool) readPool: ReadPool) {
      this.events = new ResourceReader(readPool, list.of, eventTable(list.of));
    }

    @Handles(list)
    list(request: ListRequest): Promise<Page<object>> {
      return this.events.page(request);
    }

    @Handles(detail)
    detail(request: DetailRequest): Promise<JsonText<object>> {
      return this.events.row(request);
    }

    @Handles(listTypes)
    types(): object {
      return catalogue;
    }
  }
  return EventsController;
}

const eventTable = (of: Class): ReturnType<typeof resourceTable> => ({
  ...resourceTable('event', of, { id: 'event_id', url: 'event_id' }),
  itemConditions: { type: typeCondition },
});

/** SQL of whether an event is of a type, or of one that begins with what stands before `.*`. */
const typeCondition = (parameter: string): string =>
  `(type >= rtrim(${parameter}::text, '*') and type <= case when ${parameter}::text like '%.*' ` +
  `then rtrim(${parameter}::text, '*') || '~' else ${parameter}::text end)`;
