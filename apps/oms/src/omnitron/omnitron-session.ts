import { hash } from 'node:crypto';
import type { OmnitronCredentials } from '../omnitron-connections/omnitron-connections.service.js';
import type { OmnitronHttp } from './omnitron-http.js';
import type { OmnitronKeys } from './omnitron-keys.js';
import { AdaptiveConcurrency } from './adaptive-concurrency.js';
import { requestKey } from './request-key.js';
import { RetryBudget, withRetries } from './retries.js';
import { isTooLarge, loginRefused, tooLate, UpstreamError } from './upstream-failure.js';
import { readUpstreamPage, type UpstreamPage } from './upstream-page.js';

/** How long a run of reading may take and how patient it is. */
export interface SessionOptions {
  /** In milliseconds since 1970; a run without one ends by its signal. */
  readonly deadline?: number;
  /** Ends the run when it is aborted. */
  readonly signal?: AbortSignal;
  /** How often a request is tried at the most. */
  readonly attempts?: number;
}

const defaultAttempts = 4;
const retriesOfARun = 20;

/** One run of reading from an account's Omnitron, with a retry budget of its own. */
export class OmnitronSession {
  /** How many pages its reader should ask for at once. */
  readonly concurrency = new AdaptiveConcurrency();
  private readonly budget = new RetryBudget(retriesOfARun);
  private readonly ended = new AbortController();
  private readonly signal: AbortSignal;
  private readonly deadline: number;
  private readonly attempts: number;
  private readonly login: string;
  /**
   * Names the hub and the user whose rows are read. Keys, watermarks and checkpoints are worth nothing for another one.
   */
  readonly source: string;

  constructor(
    private readonly http: OmnitronHttp,
    private readonly keys: OmnitronKeys,
    private readonly credentials: OmnitronCredentials,
    { deadline = Infinity, signal, attempts = defaultAttempts }: SessionOptions,
  ) {
    const ends = [
      this.ended.signal,
      ...(signal ? [signal] : []),
      ...(Number.isFinite(deadline) ? [AbortSignal.timeout(Math.max(0, deadline - Date.now()))] : []),
    ];
    this.signal = AbortSignal.any(ends);
    this.deadline = deadline;
    this.attempts = attempts;
    const { account, baseUrl, username, password } = credentials;
    this.login = hash('sha256', JSON.stringify([account, baseUrl.href, username, password]));
    this.source = hash('sha256', JSON.stringify([baseUrl.href, username]));
  }

  /** Ends the run: whatever it still asks is given up. */
  close(): void {
    this.ended.abort();
  }

  /**
   * One page of a list.
   *
   * @param resource as the upstream's path names it, e.g. `cancellation_reasons`
   * @param query the upstream's parameters, such as `page`, `limit`, `sort`
   * @returns undefined when there is no such page
   * @throws Failure `upstream_failed`, `upstream_timeout`
   */
  page(resource: string, query: Readonly<Record<string, string | number>>): Promise<UpstreamPage | undefined> {
    const url = new URL(`api/v1/${resource}/`, this.credentials.baseUrl);
    url.search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const { budget, attempts, deadline, signal } = this;
    const onTrouble = (): void => {
      this.concurrency.upstreamRefused();
    };
    return withRetries({ budget, attempts, deadline, signal, onTrouble }, () =>
      this.readPage(url, Number(query.page ?? 1) > 1),
    );
  }

  /** As `page`, with fewer rows where so many don't fit into one answer. @param limit number of rows wanted */
  async fittingPage(
    resource: string,
    query: Readonly<Record<string, string | number>>,
    limit: number,
  ): Promise<UpstreamPage | undefined> {
    try {
      return await this.page(resource, { ...query, limit });
    } catch (error) {
      if (limit === 1 || !isTooLarge(error)) throw error;
      return this.fittingPage(resource, query, Math.ceil(limit / 10));
    }
  }

  private async readPage(url: URL, mayBeMissing: boolean): Promise<UpstreamPage | undefined> {
    const key = this.key();
    try {
      return await this.pageWith(await key, url, mayBeMissing);
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      // A key that the upstream no longer takes is replaced once.
      this.keys.forget(this.login, key);
      return await this.pageWith(await this.key(), url, mayBeMissing);
    }
  }

  private async pageWith(key: string, url: URL, mayBeMissing: boolean): Promise<UpstreamPage | undefined> {
    try {
      return readUpstreamPage(await this.http.send({ method: 'GET', url, key }, this.signal));
    } catch (error) {
      if (mayBeMissing && statusOf(error) === 404) return undefined;
      if (statusOf(error) === 401) throw new UpstreamError(loginRefused(error), { isTransient: false, status: 401 });
      throw error;
    }
  }

  private key(): Promise<string> {
    return this.keys.of(this.login, () => this.logIn());
  }

  private async logIn(): Promise<string> {
    if (Date.now() >= this.deadline) throw tooLate();
    try {
      const key = await requestKey(this.http, this.credentials, this.signal);
      if (key !== undefined) return key;
    } catch (error) {
      const status = statusOf(error) ?? 0;
      if (status < 400 || status === 429 || status >= 500) throw error;
    }
    throw loginRefused();
  }
}

const statusOf = (error: unknown): number | undefined => (error instanceof UpstreamError ? error.status : undefined);
