import { SingleFlight } from '@refundry/concurrency';
import { LRUCache } from 'lru-cache';

interface Entry<Answer> {
  /** Null: what was asked for stands for nobody. */
  readonly answer: Answer | null;
  /** By the monotonic clock: a clock set back must not make an answer younger. */
  readonly fetchedAt: number;
}

const maxEntries = 20_000;
/** Time to live: a revocation takes effect within a second. */
const ttlMs = 900;
/** From this age on an entry in use is refreshed in the background, so that no request waits for it. */
const refreshAfterMs = 400;

/**
 * Caches the answers of accounts about credentials in use, by name. Concurrent requests for one credential share one
 * call.
 */
export class CredentialCache<Answer extends object> {
  private readonly entries = new LRUCache<string, Entry<Answer>>({ max: maxEntries });
  private readonly fetches = new SingleFlight((name: string) => this.load(name));

  /** @param callAccounts gives null for what stands for nobody */
  constructor(private readonly fetch: (name: string) => Promise<Answer | null>) {}

  /**
   * Null for what stands for nobody.
   *
   * @param beforeFetch may throw, so that a name that was never good is not looked up
   * @throws Failure `unavailable` and RPC's others
   */
  get(name: string, beforeFetch: () => void): Answer | null | Promise<Answer | null> {
    const entry = this.entries.get(name);
    if (!entry?.answer) beforeFetch();
    if (!entry) return this.fetches.run(name);
    const age = performance.now() - entry.fetchedAt;
    if (age >= ttlMs) return this.fetches.run(name);
    // Should it fail, the entry runs out and the next request finds out itself.
    if (age >= refreshAfterMs) this.fetches.run(name).catch(() => undefined);
    return entry.answer;
  }

  private async load(name: string): Promise<Answer | null> {
    const fetchedAt = performance.now();
    const answer = await this.fetch(name);
    this.entries.set(name, { answer, fetchedAt });
    return answer;
  }
}
