import { randomBytes } from 'node:crypto';
import { readJson, writePrivately } from './data-folder.js';

/** Random secrets, each made when it is first asked for and kept in one private file. */
export class Secrets {
  private readonly known: Record<string, string>;

  constructor(private readonly file: string) {
    this.known = (readJson(file) ?? {}) as Record<string, string>;
  }

  get postgres(): string {
    return this.named('postgres', password);
  }

  /** The password of a role of PostgreSQL. */
  role(name: string): string {
    return this.named(`postgres role ${name}`, password);
  }

  /** The password of a user of NATS. */
  natsUser(name: string): string {
    return this.named(`nats user ${name}`, password);
  }

  /** The key with which services encrypt secrets: 32 bytes in base64. */
  get secretKey(): string {
    return this.named('secret key', () => randomBytes(32).toString('base64'));
  }

  /** The key with which credentials are encrypted on their way: 32 bytes in base64. */
  get rpcEncryptionKey(): string {
    return this.named('wire key', () => randomBytes(32).toString('base64'));
  }

  get simulatorUsername(): string {
    return this.named('simulator username', () => `demo-${randomBytes(3).toString('hex')}`);
  }

  get simulatorPassword(): string {
    return this.named('simulator password', password);
  }

  private named(name: string, make: () => string): string {
    const known = this.known[name];
    if (known !== undefined) return known;
    const made = (this.known[name] = make());
    writePrivately(this.file, `${JSON.stringify(this.known, null, 2)}\n`);
    return made;
  }
}

function password(): string {
  return randomBytes(24).toString('base64url');
}
