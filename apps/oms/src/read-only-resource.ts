import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles, Streamed } from '@refundry/messaging';
import type { ListTable } from '@refundry/pagination';
import { Exports, ReadPool, ResourceExporter, ResourceReader } from '@refundry/persistence';
import type {
  DetailEndpoint,
  DetailRequest,
  ExportFormat,
  JsonText,
  ListEndpoint,
  ListRequest,
  Page,
} from '@refundry/resource';

/**
 * The controller of a resource whose rows stand in a table and are only read: a list, its exports, and, where there is
 * one, the detail.
 */
export function readOnlyController<T extends object>(
  listEndpoint: ListEndpoint<T>,
  detailEndpoint: DetailEndpoint<T> | undefined,
  table: ListTable,
): Type {
  @Controller()
  class ListController {
    protected readonly rows: ResourceReader<T>;
    private readonly files: ResourceExporter;

    constructor(@Inject(ReadPool) readPool: ReadPool, @Inject(Exports) exports: Exports) {
      this.rows = new ResourceReader(readPool, listEndpoint.of, table);
      this.files = new ResourceExporter(readPool, exports, listEndpoint, table);
    }

    @Handles(listEndpoint)
    list(request: ListRequest): Promise<Page<T> | Streamed> {
      return request.format ? this.export(request, request.format) : this.rows.page(request);
    }

    private async export(request: ListRequest, format: ExportFormat): Promise<Streamed> {
      const { head, source } = await this.files.file(request, format);
      return new Streamed(head, source);
    }
  }
  if (!detailEndpoint) return ListController;
  const endpoint: DetailEndpoint<T> = detailEndpoint;

  @Controller()
  class ReadOnlyController extends ListController {
    @Handles(endpoint)
    detail(request: DetailRequest): Promise<JsonText<T>> {
      return this.rows.row(request);
    }
  }
  return ReadOnlyController;
}
