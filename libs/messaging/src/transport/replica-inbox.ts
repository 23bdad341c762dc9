import type { Msg } from '@nats-io/transport-node';
import type { RpcConnection } from './rpc-connection.js';

/**
 * The subject on which replicas receive cancellations of requests whose stream has not begun; the body is the client's
 * inbox.
 */
export const cancelSubject = (service: string): string => `${service}._streams.left`;

/**
 * The subjects of one replica beside its requests: a subject of its own for each of its streams, and of those who left
 * before they could know one. Its messages name such a subject as the one to reply to: where an inbox is gone, NATS
 * itself says so there, at once.
 */
export class ReplicaInbox {
  private readonly prefix: string;
  private readonly listeners = new Map<string, (message: Msg) => void>();
  private readonly cancelListeners = new Set<(inbox: string) => void>();
  private nextId = 0;

  constructor(
    private readonly connection: RpcConnection,
    service: string,
  ) {
    this.prefix = `${service}._streams.${crypto.randomUUID()}`;
    this.subscribe(`${this.prefix}.*`, (message) => {
      this.listeners.get(message.subject)?.(message);
    });
    this.subscribe(cancelSubject(service), (message) => {
      for (const listener of this.cancelListeners) listener(message.string());
    });
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

  /** Gets the inbox of each client that left. */
  onCancel(listener: (inbox: string) => void): void {
    this.cancelListeners.add(listener);
  }

  private subscribe(subject: string, listener: (message: Msg) => void): void {
    this.connection.subscribe({ subject, onMessage: listener });
  }
}
