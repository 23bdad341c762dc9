import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { AuthorizationError, connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { RepeatedTrouble } from '@refundry/resource';

const tryAgainMs = 250;

/**
 * A connection to NATS that never gives up and knows whether it is up.
 *
 * `nc.info` is undefined while it reconnects, so what we need of it is remembered.
 */
export class WireConnection {
  private up = true;
  private readonly whenDown = new Set<() => void>();

  private constructor(
    readonly nats: NatsConnection,
    /** Replies to this connection arrive below this subject; NATS lets nobody else read it. */
    readonly inbox: string,
    readonly largestMessage: number,
  ) {
    void this.watch();
  }

  /**
   * @param url `nats://user:password@host:port`, several separated by commas. With `tls://` nothing is said but in TLS, to a server
   *   that proves its name; `?ca=` names a file in PEM with what is trusted instead of the usual.
   * @param name what NATS's monitoring shows
   * @param waitForServer whether to try until NATS is there and lets us in, or to fail at once
   */
  static async open(url: string, name: string, waitForServer = true): Promise<WireConnection> {
    const options = { ...connectionOptions(url), name };
    const nats = await (waitForServer ? connectInTheEnd(options) : connect(options));
    return new WireConnection(nats, `${options.inboxPrefix}.${crypto.randomUUID().replaceAll('-', '')}`, nats.info?.max_payload ?? 1_048_576);
  }

  get isUp(): boolean {
    return this.up && !this.nats.isClosed();
  }

  /** Runs at every loss of the connection. */
  onDown(listener: () => void): void {
    this.whenDown.add(listener);
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.nats.status()) {
      if (type === 'reconnect') this.up = true;
      if (type === 'disconnect' || type === 'close') {
        this.up = false;
        for (const listener of this.whenDown) listener();
      }
    }
  }
}

/** Users of NATS are configured beside it and may come, or get their new password, after us: a refusal is no reason to give up. */
async function connectInTheEnd(options: NodeConnectionOptions): Promise<NatsConnection> {
  const logger = new Logger('Wire');
  const trouble = new RepeatedTrouble((error) => {
    logger.warn(`${error instanceof AuthorizationError ? 'NATS refuses our user or password' : "NATS can't be reached"}, tried until it lets us in: ${error.message}`);
  });
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      trouble.met(error as Error);
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
    ...(servers.some(({ protocol }) => protocol === 'tls:') && { tls: ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') } }),
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
