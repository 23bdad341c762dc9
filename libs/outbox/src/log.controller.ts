import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles } from '@refundry/messaging';
import { ReadPool, type TextRow } from '@refundry/persistence';
import { formatTimestamp, type OperationRequest } from '@refundry/resource';
import { logOperations, type LogAccounts, type LogPage, type LogPlace, type LogPositions } from './log-operations.js';

/** An event has 8 KiB at most, so a page is one message of NATS. */
const pageSize = 50;
const accountsPage = 1000;

/** SQL of the next events of a type, and the state of the account's log, of one snapshot. */
const nextEvents = `
  select last.position, last.id,
      coalesce((select id from event where account_id = $1 order by id limit 1), last.id + 1),
      found.id, found.event_id, found.position, found.version, found.occurred::text, found.subject, found.data::text
    from event_position last left join lateral (
      select id, event_id, position, version, occurred, subject, data from event
        where account_id = $1 and type = $2 and position > $3::int8 order by position limit ${pageSize}
    ) found on true
    where last.account_id = $1 order by found.position`;

/** The controller by which other services read a service's log (docs/adr/0061). */
export function logController(service: string): Type {
  const operations = logOperations(service);

  @Controller()
  class LogController {
    constructor(@Inject(ReadPool) private readonly readPool: ReadPool) {}

    @Handles(operations.read)
    async read({ input: place }: OperationRequest<LogPlace>): Promise<LogPage> {
      const { account, type, position } = place;
      const rows = await this.readPool.rows({ account, text: nextEvents, values: [type, position], isAdhoc: true });
      return pageOf(rows, place);
    }

    @Handles(operations.listPositions)
    async listPositions({ input: { after } }: OperationRequest<LogAccounts>): Promise<LogPositions> {
      const rows = await this.readPool.rows({
        account: 'any',
        text: `select account_id, position from event_position where account_id > $1::int8
          order by account_id limit ${accountsPage}`,
        values: [after],
        isAdhoc: true,
      });
      const positions = rows.map(([account, position]) => ({ account: Number(account), position: Number(position) }));
      return { positions, has_more: rows.length === accountsPage };
    }
  }
  return LogController;
}

function pageOf(rows: readonly TextRow[], { position, count }: LogPlace): LogPage {
  const [[lastPosition, lastCount, first] = []] = rows;
  const events = rows
    .filter(([, , , , id]) => id !== null)
    .map(([, , , , id, ofEvent, version, occurred, subject, content]) => ({
      id: String(id),
      position: Number(ofEvent),
      version: Number(version),
      occurred: formatTimestamp(String(occurred)),
      subject: subject ?? null,
      content: String(content),
    }));
  const hasMore = events.length === pageSize;
  return {
    events,
    // An account that never had an event has no row.
    position: hasMore ? (events.at(-1)?.position ?? position) : Number(lastPosition ?? position),
    count: Number((hasMore ? rows.at(-1)?.[3] : lastCount) ?? 0),
    has_more: hasMore,
    is_complete: rows.length === 0 || count === undefined || Number(first) <= count + 1,
  };
}
