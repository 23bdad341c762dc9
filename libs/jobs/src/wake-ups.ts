import type { RpcConnection } from '@refundry/messaging';
import { currentTraceHeaders, type TraceHeaders } from '@refundry/observability';
import type { Msg } from '@nats-io/transport-node';

/** Names a job that was ordered, and the trace of the request that ordered it. */
export interface WakeUp extends TraceHeaders {
  readonly account: number;
  readonly job: string;
}

/**
 * Plain messages of NATS, each of which wakes one replica of a service for a job. One that is lost, or that finds no
 * free worker slot, costs the delay of a sweep.
 */
export class WakeUps {
  readonly subject: string;

  constructor(
    private readonly connection: RpcConnection,
    private readonly service: string,
  ) {
    this.subject = `jobs.${service}.wake-up`;
  }

  /** Whether NATS is there and grants the subscription. */
  get isReady(): boolean {
    return this.connection.isReady;
  }

  /** Wakes a replica for a job whose order is committed. */
  send(account: number, job: string): void {
    const wakeUp: WakeUp = { account, job, ...currentTraceHeaders() };
    if (this.connection.isUp) this.connection.nats.publish(this.subject, JSON.stringify(wakeUp));
  }

  /** @returns ends the subscription */
  receive(onMessage: (message: Msg) => void): () => void {
    const subscription = this.connection.subscribe({ subject: this.subject, queue: this.service, onMessage });
    return () => {
      subscription.end();
    };
  }
}
