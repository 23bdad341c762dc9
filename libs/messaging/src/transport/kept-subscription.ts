import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { BackOff } from '@refundry/concurrency';

const pauses = { minMs: 250, maxMs: 5000 };

export interface SubscriptionOptions {
  readonly subject: string;
  /** One of its members gets each message. */
  readonly queue?: string;
  readonly onMessage: (message: Msg) => void;
  /** Runs each time NATS refuses the subscription or takes it away. */
  readonly onRefused?: (error: Error) => void;
}

/**
 * A subscription that is made again, after growing pauses, whenever NATS refuses it or takes it away: permissions
 * change while a server runs. The client library forgets a refused subscription, and one that is taken away it keeps as
 * if nothing had happened.
 */
export class KeptSubscription {
  /** Resolves when NATS has first granted or refused it, or was lost before. */
  readonly judged: Promise<void>;
  private granted = false;
  private current: Subscription | undefined;
  private readonly backOff = new BackOff(pauses);
  private retry: NodeJS.Timeout | undefined;
  private isEnded = false;
  private firstJudgement!: () => void;

  constructor(
    private readonly nats: NatsConnection,
    private readonly options: SubscriptionOptions,
  ) {
    this.judged = new Promise((resolve) => {
      this.firstJudgement = resolve;
    });
    this.subscribe();
  }

  get subject(): string {
    return this.options.subject;
  }

  /** Whether NATS sends what is published to its subject, as far as is known. */
  get isGranted(): boolean {
    return this.granted;
  }

  /** NATS says that it is none any more. */
  refuse(error: Error): void {
    if (!this.current) return;
    this.current.unsubscribe();
    this.current = undefined;
    this.granted = false;
    this.firstJudgement();
    this.options.onRefused?.(error);
    if (this.isEnded) return;
    this.retry = setTimeout(() => {
      this.subscribe();
    }, this.backOff.next()).unref();
  }

  /** Asks at once: a new connection may have other permissions. The library has sent again what it still knows. */
  renew(): void {
    if (this.current) void this.judge(this.current);
    else if (!this.isEnded) this.subscribe();
  }

  /** Takes no messages any more. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.retry);
    this.current?.unsubscribe();
  }

  /** Takes no new messages; those that came before are still delivered. */
  async drain(): Promise<void> {
    this.isEnded = true;
    clearTimeout(this.retry);
    await this.current?.drain();
  }

  private subscribe(): void {
    clearTimeout(this.retry);
    if (this.nats.isClosed()) return;
    const { subject, queue, onMessage } = this.options;
    const subscription = this.nats.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) => {
        if (error) this.refuse(error);
        else onMessage(message);
      },
    });
    this.current = subscription;
    void this.judge(subscription);
  }

  /** NATS answers in order, so a subscription that has not been refused when a later ping is answered is granted. */
  private async judge(subscription: Subscription): Promise<void> {
    try {
      await this.nats.flush();
    } catch {
      // The connection was lost. The next one is asked again.
      this.firstJudgement();
      return;
    }
    await nextTurn();
    if (this.current !== subscription) return;
    this.granted = true;
    this.backOff.reset();
    this.firstJudgement();
  }
}
