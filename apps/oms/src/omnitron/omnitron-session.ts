import { hash } from 'node:crypto';
import type { OmnitronCredentials } from '../omnitron-connections/omnitron-connections.service.js';
import type { OmnitronHttp } from './omnitron-http.js';
import type { OmnitronKeys } from './omnitron-keys.js';
import { RetryBudget, withRetries } from './retries.js';
import { loginRefused, tooLate, UpstreamError } from './upstream-failure.js';
import { readUpstreamPage, type UpstreamPage } from './upstream-page.js';

const retriesOfARun = 20;

/** One run of reading from an account's Omnitron, with a deadline and a retry budget of its own. */
export class OmnitronSession {
  private readonly budget = new RetryBudget(retriesOfARun);
  private readonly ended = new AbortController();
  private readonly signal: AbortSignal;
  private readonly login: string;

  /** @param deadline in milliseconds since 1970 */
  constructor(
    private readonly http: OmnitronHttp,
    private readonly keys: OmnitronKeys,
    private readonly credentials: OmnitronCredentials,
    private readonly deadline: number,
  ) {
    this.signal = AbortSignal.any([this.ended.signal, AbortSignal.timeout(Math.max(0, deadline - Date.now()))]);
    const { account, baseUrl, username, password } = credentials;
    this.login = hash('sha256', JSON.stringify([account, baseUrl.href, username, password]));
  }

  /** Ends the run: whatever it still asks is given up. */
  close(): void {
    this.ended.abort();
  }

  /**
   * One page of a list, in the order of its keys.
   *
   * @param resource as the upstream's path names it, e.g. `cancellation_reasons`
   * @returns undefined when there is no such page
   * @throws Failure `upstream_failed`, `upstream_timeout`
   */
  page(resource: string, page: number, limit: number): Promise<UpstreamPage | undefined> {
    const url = new URL(`api/v1/${resource}/`, this.credentials.baseUrl);
    url.search = new URLSearchParams({ page: String(page), limit: String(limit), sort: 'pk' }).toString();
    return withRetries({ budget: this.budget, deadline: this.deadline, signal: this.ended.signal }, () => this.readPage(url, page > 1));
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
    const { baseUrl, username, password } = this.credentials;
    try {
      const answer = await this.http.send({ method: 'POST', url: new URL('api/v1/auth/login/', baseUrl), json: { username, password } }, this.signal);
      const key = (answer as { key?: unknown } | null)?.key;
      if (typeof key === 'string' && key !== '') return key;
    } catch (error) {
      const status = statusOf(error) ?? 0;
      if (status < 400 || status === 429 || status >= 500) throw error;
    }
    throw loginRefused();
  }
}

const statusOf = (error: unknown): number | undefined => (error instanceof UpstreamError ? error.status : undefined);
