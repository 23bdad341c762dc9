import { randomBytes } from 'node:crypto';

/** The API keys that logins hand out. Every login makes a new one and leaves the older ones valid. */
export class Keys {
  readonly #issued: string[] = [];
  readonly #valid = new Set<string>();

  /** Every key handed out so far, expired ones too: tests search logs for them. */
  get issued(): readonly string[] {
    return this.#issued;
  }

  issue(): string {
    const key = randomBytes(20).toString('hex');
    this.#issued.push(key);
    this.#valid.add(key);
    return key;
  }

  isValid(key: string): boolean {
    return this.#valid.has(key);
  }

  expireAll(): void {
    this.#valid.clear();
  }
}
