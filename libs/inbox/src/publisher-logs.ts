import { randomUUID } from 'node:crypto';
import { RpcClient, RpcConnection } from '@refundry/messaging';
import {
  logOperations,
  loggedSubject,
  type LoggedNotice,
  type LogPage,
  type LogPlace,
  type LogPositions,
} from '@refundry/outbox';
import type { EventType } from '@refundry/resource';

const maxConcurrentRequests = 16;

/** The event logs of other services. */
export class PublisherLogs {
  private constructor(
    private readonly client: RpcClient,
    private readonly connection: RpcConnection,
  ) {}

  /** @param natsUrl with the user of the service that reads */
  static async open(natsUrl: string, service: string): Promise<PublisherLogs> {
    const name = `${service} inbox`;
    return new PublisherLogs(
      await RpcClient.open({ url: natsUrl, name, limit: maxConcurrentRequests }),
      await RpcConnection.open(natsUrl, name),
    );
  }

  /** Whether NATS is there and lets us receive answers and notices. */
  get isReady(): boolean {
    return this.client.isUp && this.connection.isReady;
  }

  /** Reads on in an account's log. @throws Failure `unavailable`, `deadline_exceeded` */
  read(publisher: string, place: LogPlace): Promise<LogPage> {
    return this.client.call(logOperations(publisher).read, place, randomUUID());
  }

  /** The last positions of the next accounts. @throws Failure `unavailable`, `deadline_exceeded` */
  positionsAfter(publisher: string, account: number): Promise<LogPositions> {
    return this.client.call(logOperations(publisher).listPositions, { after: account }, randomUUID());
  }

  /** Calls the listener with each account whose log has got events of the type. */
  onLogged(type: EventType, listener: (account: number) => void): void {
    this.connection.subscribe({
      subject: loggedSubject(type),
      onMessage: (message) => {
        listener(message.json<LoggedNotice>().account);
      },
    });
  }

  /** Calls the listener at each connection after the first: notices may have been missed. */
  onUp(listener: () => void): void {
    this.connection.onUp(listener);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.connection.close();
  }
}
