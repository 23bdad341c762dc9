/** The keys that Omnitron gave us, in memory only. However many ask at once, one logs in. */
export class OmnitronKeys {
  private readonly keys = new Map<number, Promise<string>>();
  private readonly known = new Map<number, string>();

  async of(account: number, logIn: () => Promise<string>): Promise<string> {
    const key = this.keys.get(account) ?? this.logIn(account, logIn);
    return await key;
  }

  /** Only the key that was refused: another may have been fetched meanwhile. */
  forget(account: number, refused: string): void {
    if (this.known.get(account) === refused) this.forgetAll(account);
  }

  /** The connection of the account has changed. */
  forgetAll(account: number): void {
    this.keys.delete(account);
    this.known.delete(account);
  }

  private async logIn(account: number, logIn: () => Promise<string>): Promise<string> {
    const login = logIn();
    this.keys.set(account, login);
    try {
      const key = await login;
      if (this.keys.get(account) === login) this.known.set(account, key);
      return key;
    } catch (error) {
      if (this.keys.get(account) === login) this.keys.delete(account);
      throw error;
    }
  }
}
