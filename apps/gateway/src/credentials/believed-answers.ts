import { LRUCache } from 'lru-cache';

interface Entry<Answer> {
  /** Null: what was asked for stands for nobody. */
  readonly answer: Answer | null;
  /** By the monotonic clock: a clock set back must not make an answer younger. */
  readonly askedAt: number;
}

const largest = 20_000;
/** A revocation takes effect within a second, so nothing older is believed. */
const believedMs = 900;
/** From this age on what is in use is asked for again in the background, so that no request waits for it. */
const renewedMs = 400;

/** What accounts said of the credentials in use, by name. However many requests ask for one at once, accounts is asked once. */
export class BelievedAnswers<Answer extends object> {
  private readonly entries = new LRUCache<string, Entry<Answer>>({ max: largest });
  private readonly asked = new Map<string, Promise<Answer | null>>();

  /** @param askAccounts gives null for what stands for nobody */
  constructor(private readonly askAccounts: (name: string) => Promise<Answer | null>) {}

  /**
   * Null for what stands for nobody.
   *
   * @param beforeAsking may throw, to keep whoever brings a name that was never good from asking
   * @throws Failure `unavailable` and the wire's others
   */
  about(name: string, beforeAsking: () => void): Answer | null | Promise<Answer | null> {
    const entry = this.entries.get(name);
    if (!entry?.answer) beforeAsking();
    if (!entry) return this.ask(name);
    const age = performance.now() - entry.askedAt;
    if (age >= believedMs) return this.ask(name);
    // Should it fail, the entry runs out and the next request finds out itself.
    if (age >= renewedMs) this.ask(name).catch(() => undefined);
    return entry.answer;
  }

  private ask(name: string): Promise<Answer | null> {
    const asked = this.asked.get(name) ?? this.remember(name).finally(() => this.asked.delete(name));
    this.asked.set(name, asked);
    return asked;
  }

  private async remember(name: string): Promise<Answer | null> {
    const askedAt = performance.now();
    const answer = await this.askAccounts(name);
    this.entries.set(name, { answer, askedAt });
    return answer;
  }
}
