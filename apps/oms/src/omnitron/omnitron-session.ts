import type { OmnitronCredentials } from '../omnitron-connections/omnitron-connections.service.js';
import type { OmnitronHttp, UpstreamRequest } from './omnitron-http.js';
import type { OmnitronKeys } from './omnitron-keys.js';
import { RetryBudget, withRetries } from './retries.js';
import { loginRefused, tooLate, UpstreamError } from './upstream-failure.js';
import { readUpstreamPage, type UpstreamPage } from './upstream-page.js';

const retriesOfARun = 20;

/** One run of reading from an account's Omnitron, with a deadline and a retry budget of its own. */
export class OmnitronSession {
  private readonly budget = new RetryBudget(retriesOfARun);
  private readonly signal: AbortSignal;

  /** @param deadline in milliseconds since 1970 */
  constructor(
    private readonly http: OmnitronHttp,
    private readonly keys: OmnitronKeys,
    private readonly credentials: OmnitronCredentials,
    private readonly deadline: number,
  ) {
    this.signal = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  }

  /**
   * One page of a list, in the order of its keys.
   *
   * @param resource as the upstream's path names it, e.g. `cancellation_reasons`
   * @returns undefined when there is no such page
   * @throws Failure `upstream_failed`, `upstream_timeout`
   */
  async page(resource: string, page: number, limit: number): Promise<UpstreamPage | undefined> {
    const url = new URL(`api/v1/${resource}/`, this.credentials.baseUrl);
    url.search = new URLSearchParams({ page: String(page), limit: String(limit), sort: 'pk' }).toString();
    return await withRetries(this.budget, this.deadline, async () => {
      try {
        return readUpstreamPage(await this.sendWithKey({ method: 'GET', url }));
      } catch (error) {
        if (page > 1 && statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** A key that the upstream no longer takes is replaced once. */
  private async sendWithKey(request: UpstreamRequest): Promise<unknown> {
    const key = await this.key();
    try {
      return await this.http.send({ ...request, key }, this.signal);
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      this.keys.forget(this.credentials.account, key);
      return await this.http.send({ ...request, key: await this.key() }, this.signal);
    }
  }

  private key(): Promise<string> {
    return this.keys.of(this.credentials.account, () => this.logIn());
  }

  private async logIn(): Promise<string> {
    if (Date.now() >= this.deadline) throw tooLate();
    const { baseUrl, username, password } = this.credentials;
    try {
      const answer = await this.http.send({ method: 'POST', url: new URL('api/v1/auth/login/', baseUrl), json: { username, password } }, this.signal);
      const key = (answer as { key?: unknown } | null)?.key;
      if (typeof key === 'string' && key !== '') return key;
    } catch (error) {
      if (![400, 401, 403].includes(statusOf(error) ?? 0)) throw error;
    }
    throw loginRefused();
  }
}

const statusOf = (error: unknown): number | undefined => (error instanceof UpstreamError ? error.status : undefined);
