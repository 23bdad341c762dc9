import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import { leaversSubject } from './stream-part.js';

/**
 * What one replica hears beside requests: a subject of its own for each of its streams, and of those who left before they
 * could know one. Its messages name such a subject as the one to reply to: where an inbox is gone, NATS itself says so
 * there, at once.
 */
export class OwnSubjects {
  private readonly prefix: string;
  private readonly listeners = new Map<string, (message: Msg) => void>();
  private readonly leaverListeners = new Set<(inbox: string) => void>();
  private nextId = 0;

  constructor(private readonly connection: WireConnection, service: string) {
    this.prefix = `${service}._streams.${crypto.randomUUID()}`;
    this.hear(`${this.prefix}.*`, (message) => { this.listeners.get(message.subject)?.(message); });
    this.hear(leaversSubject(service), (message) => { for (const listener of this.leaverListeners) listener(message.string()); });
  }

  /** A subject that nobody had before. */
  open(listener: (message: Msg) => void): string {
    const subject = `${this.prefix}.${(this.nextId++).toString(36)}`;
    this.listeners.set(subject, listener);
    return subject;
  }

  close(subject: string): void {
    this.listeners.delete(subject);
  }

  /** Gets the inbox of each asker that left. */
  onLeaver(listener: (inbox: string) => void): void {
    this.leaverListeners.add(listener);
  }

  private hear(subject: string, listener: (message: Msg) => void): void {
    this.connection.subscribe({ subject, onMessage: listener });
  }
}
