import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RpcConnection } from '@refundry/messaging';
import { EventLogger } from './event-logger.js';
import { loggedSubject, type LoggedNotice } from './log-operations.js';

/** Nest's token for a service's connection to NATS for its events. */
export const eventConnectionToken = Symbol('the connection to NATS for events');
/** Nest's token for the name of the service. */
export const eventServiceToken = Symbol('the service whose events these are');

/**
 * Tells consumers in other services that an account's log has events of their type. Nothing keeps such a message:
 * consumers compare positions from time to time, so that a lost one delays an event and loses none.
 */
@Injectable()
export class LoggedNotices implements OnModuleInit {
  constructor(
    private readonly events: EventLogger,
    @Inject(eventConnectionToken) private readonly connection: RpcConnection,
    @Inject(eventServiceToken) private readonly service: string,
  ) {}

  onModuleInit(): void {
    this.events.follow({
      logged: (account, events) => {
        this.send(account, new Set(events.map(({ type }) => type)));
      },
    });
  }

  private send(account: number, types: ReadonlySet<string>): void {
    if (!this.connection.isUp) return;
    const notice = JSON.stringify({ account } satisfies LoggedNotice);
    for (const type of types) this.connection.nats.publish(loggedSubject({ service: this.service, type }), notice);
  }
}
