import { Encrypter } from '@refundry/auth';

/** Binds a sealed secret to its account, so that it opens in no other's row. */
const purposeOf = (account: number): string => `webhook secret of account ${account}`;

/** Seals and opens the secrets of endpoints. */
export class WebhookSecrets {
  private readonly encrypter: Encrypter;
  private readonly newest: Encrypter;
  /** One key is taking the place of another. */
  readonly areRotated: boolean;

  /** @param keys as `Encrypter` takes them */
  constructor(keys: string) {
    const [first = '', ...others] = keys.split(',');
    this.encrypter = new Encrypter(keys);
    this.newest = new Encrypter(first);
    this.areRotated = others.length > 0;
  }

  seal(account: number, secret: string): string {
    return this.encrypter.encrypt(secret, purposeOf(account));
  }

  /** @param sealed the newest first; null where there is none */
  open(account: number, sealed: readonly (string | null)[]): string[] {
    return sealed.flatMap((text) => (text === null ? [] : [this.encrypter.decrypt(text, purposeOf(account))]));
  }

  /** The secret sealed with the first key. @returns the text itself where it is */
  reseal(account: number, sealed: string): string {
    try {
      this.newest.decrypt(sealed, purposeOf(account));
      return sealed;
    } catch {
      return this.encrypter.rotateKey(sealed, purposeOf(account));
    }
  }
}
