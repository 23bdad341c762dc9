import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { verifyCredential, type CredentialFamily, type Verdict } from '@refundry/contracts';
import { WireClient } from '@refundry/messaging';
import type { Caller } from '@refundry/resource';
import { LRUCache } from 'lru-cache';

/** What accounts said of a key. */
export interface Credential {
  readonly caller: Caller;
  readonly isActive: boolean;
  /** In milliseconds since 1970; Infinity when it doesn't. */
  readonly expires: number;
}

interface Entry {
  /** Null: the key stands for nobody. */
  readonly credential: Credential | null;
  /** By the monotonic clock: a clock set back must not make an answer younger. */
  readonly askedAt: number;
}

const largest = 20_000;
/** A revocation takes effect within a second, so nothing older is believed. */
const believedMs = 900;
/** From this age on a key in use is asked for again in the background, so that no request waits for it. */
const renewedMs = 400;

/** What accounts said of the keys in use, by family and hash. However many requests ask for a key at once, accounts is asked once. */
@Injectable()
export class CredentialCache {
  private readonly entries = new LRUCache<string, Entry>({ max: largest });
  private readonly asked = new Map<string, Promise<Credential | null>>();

  constructor(private readonly wire: WireClient) {}

  /** Undefined when accounts must be asked. */
  known(family: CredentialFamily, hash: string): Credential | null | undefined {
    const entry = this.entries.get(nameOf(family, hash));
    if (!entry) return undefined;
    const age = performance.now() - entry.askedAt;
    if (age >= believedMs) return undefined;
    // Should it fail, the entry runs out and the next request finds out itself.
    if (age >= renewedMs) this.ask(family, hash).catch(() => undefined);
    return entry.credential;
  }

  /** @throws Failure `unavailable` and the wire's others */
  ask(family: CredentialFamily, hash: string): Promise<Credential | null> {
    const name = nameOf(family, hash);
    const asked = this.asked.get(name) ?? this.askAccounts(family, hash).finally(() => this.asked.delete(name));
    this.asked.set(name, asked);
    return asked;
  }

  private async askAccounts(family: CredentialFamily, hash: string): Promise<Credential | null> {
    const askedAt = performance.now();
    const credential = credentialOf(await this.wire.ask(verifyCredential, { family, hash }, randomUUID()));
    this.entries.set(nameOf(family, hash), { credential, askedAt });
    return credential;
  }
}

/** What a key is to one family says nothing of what it is to another. */
const nameOf = (family: CredentialFamily, hash: string): string => `${family} ${hash}`;

function credentialOf({ found, account = 0, scope = '', is_active: isActive = false, expires }: Verdict): Credential | null {
  return found ? { caller: { account, scopes: scope.split(' ') }, isActive, expires: expires ?? Infinity } : null;
}
