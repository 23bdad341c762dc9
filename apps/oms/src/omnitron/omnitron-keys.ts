import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const maxLogins = 10_000;

/** The keys that Omnitron gave us for each login, in memory only. However many ask at once, one logs in. */
@Injectable()
export class OmnitronKeys {
  private readonly keys = new LRUCache<string, Promise<string>>({ max: maxLogins });

  /** @param login where and as whom; another address, user or password is another login */
  of(login: string, logIn: () => Promise<string>): Promise<string> {
    const known = this.keys.get(login);
    if (known) return known;
    const key = logIn();
    this.keys.set(login, key);
    key.catch(() => {
      this.forget(login, key);
    });
    return key;
  }

  /** Only the key that was refused: another may have been fetched meanwhile. */
  forget(login: string, refused: Promise<string>): void {
    if (this.keys.peek(login) === refused) this.keys.delete(login);
  }
}
