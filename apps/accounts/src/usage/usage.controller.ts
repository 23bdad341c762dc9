import { Controller, Inject, type Type } from '@nestjs/common';
import { Usage, type UsageEndpoints, type UsageGrouping } from '@refundry/contracts';
import { Handles, Streamed } from '@refundry/messaging';
import { Exports, ReadPool, ResourceExporter, ResourceReader } from '@refundry/persistence';
import type { ExportFormat, ListRequest, Page } from '@refundry/resource';
import { usageTable, type UsageGroups } from './usage-table.js';

/** The rows of one grouping, as pages and as files. */
interface UsageRows {
  readonly pages: ResourceReader<Usage>;
  readonly files: ResourceExporter;
}

/** The controller of a family's usage. */
export function usageController({ list: endpoint }: UsageEndpoints): Type {
  @Controller()
  class UsageController {
    /** By grouping, of which there are eight. */
    private readonly known = new Map<string, UsageRows>();

    constructor(
      @Inject(ReadPool) private readonly readPool: ReadPool,
      @Inject(Exports) private readonly exports: Exports,
    ) {}

    @Handles(endpoint)
    list(request: ListRequest<UsageGrouping>): Promise<Page<Usage> | Streamed> {
      const { pages, files } = this.rowsOf(groupsOf(request));
      return request.format ? exported(files, request, request.format) : pages.page(request);
    }

    private rowsOf(groups: UsageGroups): UsageRows {
      const key = JSON.stringify(groups);
      const rows = this.known.get(key) ?? this.made(groups);
      this.known.set(key, rows);
      return rows;
    }

    private made(groups: UsageGroups): UsageRows {
      const table = usageTable(endpoint.family, groups);
      return {
        pages: new ResourceReader(this.readPool, Usage, table),
        files: new ResourceExporter(this.readPool, this.exports, endpoint, table),
      };
    }
  }
  return UsageController;
}

/** A filter by what would be summed up divides by it. */
function groupsOf({ options: { interval = 'days', by } = {}, where }: ListRequest<UsageGrouping>): UsageGroups {
  const isGrouped = (field: string): boolean =>
    by?.split(',').includes(field) === true || where.some(({ filter }) => filter.field.startsWith(field));
  return { interval, byCredential: isGrouped('credential'), byEndpoint: isGrouped('endpoint') };
}

async function exported(files: ResourceExporter, request: ListRequest, format: ExportFormat): Promise<Streamed> {
  const { head, source } = await files.file(request, format);
  return new Streamed(head, source);
}
