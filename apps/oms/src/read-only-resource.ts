import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles } from '@refundry/messaging';
import type { ListTable } from '@refundry/pagination';
import { Lane, ResourceReader } from '@refundry/persistence';
import type { DetailEndpoint, DetailRequest, JsonText, ListEndpoint, ListRequest, Page } from '@refundry/resource';

/** The controller of a resource whose rows stand in a table and are only read. */
export function readOnlyController<T extends object>(listEndpoint: ListEndpoint<T>, detailEndpoint: DetailEndpoint<T>, table: ListTable): Type {
  @Controller()
  class ReadOnlyController {
    private readonly rows: ResourceReader<T>;

    constructor(@Inject(Lane) lane: Lane) {
      this.rows = new ResourceReader(lane, listEndpoint.of, table);
    }

    @Handles(listEndpoint)
    list(request: ListRequest): Promise<Page<T>> {
      return this.rows.page(request);
    }

    @Handles(detailEndpoint)
    detail(request: DetailRequest): Promise<JsonText<T>> {
      return this.rows.row(request);
    }
  }
  return ReadOnlyController;
}
