import { isIP } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { isPrivateAddress, PrivateAddressRefused, publicLookup, type Lookup } from './private-addresses.js';

export interface EgressOptions {
  /** The time limit for connecting and for each request as a whole, its answer included. */
  readonly timeoutMs: number;
  readonly allowsPrivateAddresses: boolean;
  /** An answer that is larger fails; unlimited, unless it is said, for callers that read a part of it. */
  readonly maxAnswerBytes?: number;
  /** Unlimited, unless it is said. */
  readonly connectionsPerHost?: number;
  /** A replacement of Node's resolver in tests. */
  readonly lookup?: Lookup;
}

export interface EgressRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, without user and password. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export type EgressAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/**
 * HTTP to addresses that accounts name: never to a private address, without redirects, in bounded time, over
 * connections that are kept alive.
 */
export class Egress {
  private readonly agent: Agent;

  constructor(private readonly options: EgressOptions) {
    const { timeoutMs, allowsPrivateAddresses, maxAnswerBytes, connectionsPerHost, lookup } = options;
    this.agent = new Agent({
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      ...(connectionsPerHost !== undefined && { connections: connectionsPerHost }),
      ...(maxAnswerBytes !== undefined && { maxResponseSize: maxAnswerBytes }),
      connect: {
        timeout: timeoutMs,
        ...(allowsPrivateAddresses ? lookup && { lookup } : { lookup: publicLookup(lookup) }),
      },
    });
  }

  /**
   * Sends a request. Its answer has to be read, dumped or destroyed.
   *
   * @throws PrivateAddressRefused, whatever undici throws, `TimeoutError` after the time limit
   */
  async send({ method, url, headers, body, signal }: EgressRequest): Promise<EgressAnswer> {
    this.refusePrivateAddress(url);
    return this.agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]),
    });
  }

  /** Ends all connections; requests on their way fail. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  /** A name is checked when it is resolved; an address never is. */
  private refusePrivateAddress({ hostname }: URL): void {
    const address = hostname.replace(/^\[|\]$/g, '');
    if (!this.options.allowsPrivateAddresses && isIP(address) !== 0 && isPrivateAddress(address))
      throw new PrivateAddressRefused();
  }
}
