import type { Encrypter } from '@refundry/auth';

/** Binds a sealed secret to its account, so that it opens in no other's row. */
const purposeOf = (account: number): string => `webhook secret of account ${account}`;

/** Seals and opens the secrets of endpoints. */
export class WebhookSecrets {
  constructor(private readonly encrypter: Encrypter) {}

  seal(account: number, secret: string): string {
    return this.encrypter.encrypt(secret, purposeOf(account));
  }

  /** @param sealed the newest first; null where there is none */
  open(account: number, sealed: readonly (string | null)[]): string[] {
    return sealed.flatMap((text) => (text === null ? [] : [this.encrypter.decrypt(text, purposeOf(account))]));
  }
}
