import { Controller, Inject, type Type } from '@nestjs/common';
import type { Saved } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ListTable } from '@refundry/pagination';
import { ReadPool, ResourceReader } from '@refundry/persistence';
import type {
  ActionEndpoint,
  ActionRequest,
  DetailEndpoint,
  DetailRequest,
  JsonText,
  ListEndpoint,
  ListRequest,
  Page,
} from '@refundry/resource';
import { BatchSaver } from './batch-saver.js';
import { DocumentWriter } from './document-writer.js';
import type { StoredClass } from './stored-class.js';

interface Endpoints<T extends object> {
  readonly list: ListEndpoint<T>;
  readonly detail: DetailEndpoint<T>;
  readonly save: ActionEndpoint<readonly T[], Saved>;
}

/** The controller of a resource that is listed, read and saved, one or many at once. */
export function savedResource<T extends object>(
  { list, detail, save }: Endpoints<T>,
  table: ListTable,
  stored: StoredClass<T>,
): Type {
  const writer = new DocumentWriter(stored);

  @Controller()
  class SavedController {
    private readonly rows: ResourceReader<T>;

    constructor(
      @Inject(ReadPool) readPool: ReadPool,
      @Inject(BatchSaver) private readonly saver: BatchSaver,
    ) {
      this.rows = new ResourceReader(readPool, list.of, table);
    }

    @Handles(list)
    list(request: ListRequest): Promise<Page<T>> {
      return this.rows.page(request);
    }

    @Handles(detail)
    detail(request: DetailRequest): Promise<JsonText<T>> {
      return this.rows.row(request);
    }

    @Handles(save)
    save(request: ActionRequest<readonly T[]>): Promise<Saved> {
      return this.saver.save(save, writer, request);
    }
  }
  return SavedController;
}
