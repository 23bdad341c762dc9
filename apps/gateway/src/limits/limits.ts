import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { KeyedSemaphore, ConcurrencyLimiter } from '@refundry/concurrency';
import { Failure, type FailureCode } from '@refundry/errors';
import type { TrustedProxies } from '../addresses/trusted-proxies.js';
import { LargeBodies } from './large-bodies.js';
import { networkOf } from '../addresses/network-of.js';
import { isHealth, LoadShedder } from './load-shedder.js';
import { TokenBuckets, type Allowance } from './token-buckets.js';
import { onFinished } from './on-finished.js';

export interface LimitsConfig {
  /** Of each credential; 0: any number. */
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
  /** Of each address, where nobody needs a credential; 0: any number. */
  readonly anonymousRequestsPerSecond: number;
  /** Of each address: credentials that are refused; 0: any number. */
  readonly failedAuthPerSecond: number;
  /** How many requests may be under way at once. */
  readonly requestsInFlight: number;
  /** How many of them for one account. */
  readonly requestsInFlightOfAccount: number;
  /** How many of those are worked on at once; the others wait for them. */
  readonly maxConcurrentRequestsPerAccount: number;
}

/** The default. */
export const defaultLimits: LimitsConfig = {
  requestsPerSecond: 500,
  requestsBurst: 1000,
  anonymousRequestsPerSecond: 50,
  failedAuthPerSecond: 100,
  requestsInFlight: 500,
  requestsInFlightOfAccount: 125,
  maxConcurrentRequestsPerAccount: 2,
};

interface LimitsOptions {
  readonly config: LimitsConfig;
  readonly trustedProxies: TrustedProxies;
  readonly countRefused: (reason: string) => void;
}

/** Many clients may share one address. */
const burstSeconds = 4;

/**
 * The parts of the requests under way that may need no credential, in all and of one address. A place is taken when the
 * body has arrived.
 */
const openPart = 1 / 4;
const addressPart = 1 / 16;

/** Failures that rate and concurrency limits cause, in any service. */
const reasons: ReadonlySet<FailureCode> = new Set(['throttled', 'busy_account', 'overloaded']);

/** Longer work waits for something that others don't need: Omnitron, a client's upload. */
const maxWorkMs = 250;

/** Mean delay of a refusal of too much: a client that asks again at once is then no burden to others. */
const heldMs = 200;
/** Those who heard it together are not to ask again together. */
const anyHeldMs = (): number => heldMs * (0.5 + Math.random());
const maxHeld = 2000;

/** How much is asked of this replica, by whom, and what is too much (docs/adr/0028). */
export class Limits {
  readonly loadShedder: LoadShedder;
  readonly largeBodies = new LargeBodies();
  private readonly credentials: TokenBuckets | undefined;
  private readonly open: TokenBuckets | undefined;
  private readonly refused: TokenBuckets | undefined;
  private readonly accounts: ConcurrencyLimiter;
  private readonly anonymous: ConcurrencyLimiter;
  private readonly queues: KeyedSemaphore;
  private held = 0;

  constructor(private readonly options: LimitsOptions) {
    const { config } = options;
    const byAddress = (perSecond: number): TokenBuckets | undefined => buckets(perSecond, perSecond * burstSeconds);
    this.credentials = buckets(config.requestsPerSecond, config.requestsBurst);
    this.open = byAddress(config.anonymousRequestsPerSecond);
    this.refused = byAddress(config.failedAuthPerSecond);
    this.accounts = new ConcurrencyLimiter({ max: Infinity, maxPerKey: config.requestsInFlightOfAccount });
    this.anonymous = new ConcurrencyLimiter({
      max: Math.ceil(config.requestsInFlight * openPart),
      maxPerKey: Math.ceil(config.requestsInFlight * addressPart),
    });
    this.queues = new KeyedSemaphore({ max: config.maxConcurrentRequestsPerAccount, maxHoldMs: maxWorkMs });
    this.loadShedder = new LoadShedder({
      inFlight: config.requestsInFlight,
      onRefused: (code) => {
        this.count(code);
      },
    });
  }

  /** Counts a request with a credential. @returns undefined where there is no limit */
  consume(credential: string): Allowance | undefined {
    return this.credentials?.consume(credential);
  }

  /** Counts a request that needs no credential. @throws Failure `throttled` */
  consumeAnonymous(request: IncomingMessage): void {
    if (!isHealth(request)) assertAllowed(this.open?.consume(this.addressOf(request)));
  }

  /**
   * Takes one of the places of an address for what needs no credential, until it is over.
   *
   * @throws Failure `busy_account`, `overloaded`
   */
  acquireAnonymous(request: IncomingMessage, response: ServerResponse): void {
    if (!isHealth(request)) onFinished(request, response, this.anonymous.acquire(this.addressOf(request)));
  }

  /**
   * Waits for a body. Its request has no place among those under way meanwhile, and waits for one afterwards as any
   * other.
   *
   * @throws Failure `overloaded`, and what `body` throws
   */
  async whileArriving<T>(request: IncomingMessage, response: ServerResponse, body: () => Promise<T>): Promise<T> {
    if (request.complete) return body();
    this.loadShedder.releaseEarly(request);
    const read = await body();
    await this.loadShedder.readmit(request, response);
    return read;
  }

  /**
   * Whether its address may still ask for credentials that nobody has vouched for lately.
   *
   * @throws Failure `throttled`
   */
  assertNotBlocked(request: IncomingMessage): void {
    if (this.refused) assertAllowed(this.refused.peek(this.addressOf(request)));
  }

  /** Counts a request whose credential is refused. @throws Failure `throttled` */
  countFailedAuth(request: IncomingMessage): void {
    if (this.refused) assertAllowed(this.refused.consume(this.addressOf(request)));
  }

  /** Takes one of the account's places until the request is over. @throws Failure `busy_account` */
  acquireSlot(account: number, request: IncomingMessage, response: ServerResponse): void {
    onFinished(request, response, this.accounts.acquire(account));
  }

  /**
   * Works on a request when it is its account's turn: whatever an account asks, what others ask comes behind little of
   * it.
   */
  runQueued<T>(account: number, work: () => Promise<T>): Promise<T> {
    return this.queues.run(account, work);
  }

  /** Delays the refusal of a client that asks too much, and gives its request's place to others meanwhile. */
  async penalise({ code }: Failure, request: IncomingMessage): Promise<void> {
    if (!reasons.has(code)) return;
    this.loadShedder.releaseEarly(request);
    if (this.held >= maxHeld) return;
    this.held += 1;
    await pause(anyHeldMs());
    this.held -= 1;
  }

  /** Counts a request that was refused. */
  count(code: FailureCode): void {
    if (reasons.has(code)) this.options.countRefused(code);
  }

  /** The address that a request is counted by. */
  addressOf(request: IncomingMessage): string {
    return networkOf(this.options.trustedProxies.clientOf(request));
  }
}

const buckets = (perSecond: number, burst: number): TokenBuckets | undefined =>
  perSecond > 0 ? new TokenBuckets({ perSecond, burst }) : undefined;

/** @throws Failure `throttled` for what is not granted */
export function assertAllowed(allowance: Allowance | undefined): void {
  if (allowance?.isGranted === false) throw new Failure('throttled', String(allowance.retryAfter));
}
