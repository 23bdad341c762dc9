import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles, Streamed } from '@refundry/messaging';
import { Exports, ReadPool, ResourceExporter, ResourceReader, resourceTable } from '@refundry/persistence';
import type {
  DetailEndpoint,
  DetailRequest,
  ExportFormat,
  JsonText,
  ListEndpoint,
  ListRequest,
  Page,
} from '@refundry/resource';

/** The endpoints of a family's record of decisions, as its contract declares them. */
export interface AuditEndpoints {
  readonly list: ListEndpoint;
  readonly detail: DetailEndpoint;
}

/** The controller of a service's record of decisions. */
export function auditController({ list, detail }: AuditEndpoints): Type {
  const table = resourceTable('audit_entry', list.of);

  @Controller()
  class AuditController {
    private readonly entries: ResourceReader<object>;
    private readonly files: ResourceExporter;

    constructor(@Inject(ReadPool) readPool: ReadPool, @Inject(Exports) exports: Exports) {
      this.entries = new ResourceReader(readPool, list.of, table);
      this.files = new ResourceExporter(readPool, exports, list, table);
    }

    @Handles(list)
    list(request: ListRequest): Promise<Page<object> | Streamed> {
      return request.format ? this.export(request, request.format) : this.entries.page(request);
    }

    @Handles(detail)
    detail(request: DetailRequest): Promise<JsonText<object>> {
      return this.entries.row(request);
    }

    private async export(request: ListRequest, format: ExportFormat): Promise<Streamed> {
      const { head, source } = await this.files.file(request, format);
      return new Streamed(head, source);
    }
  }
  return AuditController;
}
