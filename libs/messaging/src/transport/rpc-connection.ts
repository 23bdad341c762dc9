import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  AuthorizationError,
  connect,
  PermissionViolationError,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { ThrottledWarning } from '@refundry/observability';
import { KeptSubscription, type SubscriptionOptions } from './kept-subscription.js';

const tryAgainMs = 250;

/** The default limit of NATS. */
const defaultMaxMessage = 1_048_576;

/** A connection to NATS that never gives up and knows whether it is up, and whether it may do what it is for. */
export class RpcConnection {
  private up = true;
  private maxMessage = defaultMaxMessage;
  private readonly whenUp = new Set<() => void>();
  private readonly whenDown = new Set<() => void>();
  private readonly whenPublishingRefused = new Set<(subject: string) => void>();
  private readonly subscriptions: KeptSubscription[] = [];
  private readonly logger = new Logger('Wire');
  private readonly refusals = new ThrottledWarning((error) => {
    this.logger.warn(`NATS refuses what we need, asked again until it is granted: ${error.message}`);
  });

  private constructor(
    readonly nats: NatsConnection,
    /** Replies to this connection arrive below this subject; NATS lets nobody else read it. */
    readonly inbox: string,
  ) {
    void this.watch();
  }

  /**
   * @param url `nats://user:password@host:port`, several separated by commas. With `tls://` nothing is said but in TLS,
   *   to a server that proves its name; `?ca=` names a file in PEM with what is trusted instead of the usual.
   * @param name what NATS's monitoring shows
   * @param waitForServer whether to try until NATS is there and lets us in, or to fail at once
   */
  static async open(url: string, name: string, waitForServer = true): Promise<RpcConnection> {
    const options = { ...connectionOptions(url), name };
    const nats = await (waitForServer ? connectInTheEnd(options) : connect(options));
    return new RpcConnection(nats, `${options.inboxPrefix}.${crypto.randomUUID().replaceAll('-', '')}`);
  }

  get isUp(): boolean {
    return this.up && !this.nats.isClosed();
  }

  /** Whether it is up and all its subscriptions are granted. */
  get isReady(): boolean {
    return this.isUp && this.subscriptions.every(({ isGranted }) => isGranted);
  }

  /**
   * How many bytes a message may have, which each server that we connect to decides anew. While there is none, what the
   * last one said.
   */
  get maxMessageBytes(): number {
    this.maxMessage = this.nats.info?.max_payload ?? this.maxMessage;
    return this.maxMessage;
  }

  /** Subscribes, and again whenever NATS refuses it or takes it away. */
  subscribe(options: SubscriptionOptions): KeptSubscription {
    const subscription = new KeptSubscription(this.nats, {
      ...options,
      onRefused: (error) => {
        this.refusals.failed(error);
        options.onRefused?.(error);
      },
    });
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** Resolves when NATS has granted or refused every subscription there is. */
  async judged(): Promise<void> {
    await Promise.all(this.subscriptions.map(({ judged }) => judged));
  }

  /** Runs at every connection after the first. */
  onUp(listener: () => void): void {
    this.whenUp.add(listener);
  }

  /** Runs when NATS has refused a message of ours, with its subject. */
  onPublishingRefused(listener: (subject: string) => void): void {
    this.whenPublishingRefused.add(listener);
  }

  /** Runs at every loss of the connection. */
  onDown(listener: () => void): void {
    this.whenDown.add(listener);
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  private async watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'reconnect') this.cameUp();
      if (status.type === 'error') this.refused(status.error);
      if (status.type === 'disconnect' || status.type === 'close') {
        this.up = false;
        for (const listener of this.whenDown) listener();
      }
    }
  }

  private cameUp(): void {
    this.up = true;
    for (const subscription of this.subscriptions) subscription.renew();
    for (const listener of this.whenUp) listener();
  }

  /** Of a subscription that is taken away NATS names no queue, so the library finds none that it belongs to. */
  private refused(error: Error): void {
    if (!(error instanceof PermissionViolationError)) return;
    const { operation, subject } = error;
    if (operation === 'subscription') {
      for (const subscription of this.subscriptions) if (subscription.subject === subject) subscription.refuse(error);
    } else {
      this.refusals.failed(error);
      for (const listener of this.whenPublishingRefused) listener(subject);
    }
  }
}

/**
 * Users of NATS are configured beside it and may come, or get their new password, after us: a refusal is no reason to
 * give up.
 */
async function connectInTheEnd(options: NodeConnectionOptions): Promise<NatsConnection> {
  const logger = new Logger('Wire');
  const warning = new ThrottledWarning((error) => {
    logger.warn(
      `${error instanceof AuthorizationError ? 'NATS refuses our user or password' : "NATS can't be reached"}, ` +
        `tried until it lets us in: ${error.message}`,
    );
  });
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      warning.failed(error as Error);
      await delay(tryAgainMs);
    }
  }
}

function connectionOptions(url: string): NodeConnectionOptions & { inboxPrefix: string } {
  const servers = url.split(',').map((text) => new URL(text));
  const { username = '', password = '' } = servers[0] ?? {};
  const ca = servers.map(({ searchParams }) => searchParams.get('ca')).find((file) => file !== null);
  return {
    servers: servers.map(({ host }) => host),
    ...(username !== '' && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(servers.some(({ protocol }) => protocol === 'tls:') && {
      tls: ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') },
    }),
    inboxPrefix: username === '' ? '_INBOX' : `_INBOX_${username}`,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    // A server that hangs is taken for lost after two unanswered pings.
    pingInterval: 5000,
    maxPingOut: 2,
    // A host that is gone may not even say so.
    timeout: 2000,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // An Error with its stack for every request costs 15 % of the throughput.
    noAsyncTraces: true,
  };
}
