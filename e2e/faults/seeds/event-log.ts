import { JetStreamApiError } from '@nats-io/jetstream';
import { EventReader, type Event } from '../../system/event-reader.js';

const services = ['supplier-refund', 'reservation-refund'] as const;
const notFound = 404;

/** The published events, however often JetStream lost its data: it is read before. */
export class EventLog {
  private readonly events = new Map<string, Event>();

  /** Reads what is on the streams. */
  async read(natsUrl: (user: string) => string): Promise<void> {
    for (const service of services) {
      const reader = await EventReader.open(natsUrl('reader'), service);
      try {
        for (const event of await reader.events()) this.events.set(event.id, event);
      } catch (error) {
        // Before the first event there is none.
        if (!(error instanceof JetStreamApiError) || error.status !== notFound) throw error;
      } finally {
        await reader.close();
      }
    }
  }

  /** Those of an account and a kind, by the beginning of their type, each once. */
  ofAccount<E extends Event>(account: number, kind: string): E[] {
    return [...this.events.values()].filter(
      (event): event is E => event.account === account && event.type.startsWith(kind),
    );
  }
}
