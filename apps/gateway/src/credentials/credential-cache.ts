import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { verifyCredential, verifyDomain, type CredentialFamily, type DomainVerdict, type Verdict } from '@refundry/contracts';
import { WireClient } from '@refundry/messaging';
import type { Caller } from '@refundry/resource';
import { BelievedAnswers } from './believed-answers.js';

/** What accounts said of a key. */
export interface KeyCredential {
  readonly caller: Caller;
  readonly isActive: boolean;
  /** In milliseconds since 1970; Infinity when it doesn't. */
  readonly expires: number;
}

/** What accounts said of a domain. */
export interface DomainCredential {
  readonly caller: Caller;
  readonly isActive: boolean;
  /** What its tokens are signed with. */
  readonly key: KeyObject;
  /** When the key ends, in milliseconds since 1970. */
  readonly expires: number;
}

/** What accounts said of the credentials in use. */
@Injectable()
export class CredentialCache {
  /** By family and hash: what a key is to one family says nothing of what it is to another. */
  readonly keys: Readonly<Record<CredentialFamily, BelievedAnswers<KeyCredential>>>;
  readonly domains: BelievedAnswers<DomainCredential>;

  constructor(wire: WireClient) {
    const keysOf = (family: CredentialFamily) => new BelievedAnswers(async (hash) => keyCredential(await wire.ask(verifyCredential, { family, hash }, randomUUID())));
    this.keys = { oms: keysOf('oms'), retail: keysOf('retail') };
    this.domains = new BelievedAnswers(async (domain) => domainCredential(domain, await wire.ask(verifyDomain, { domain }, randomUUID())));
  }
}

function keyCredential({ found, account = 0, scope = '', is_active: isActive = false, expires }: Verdict): KeyCredential | null {
  return found ? { caller: { account, scopes: scope.split(' ') }, isActive, expires: expires ?? Infinity } : null;
}

function domainCredential(domain: string, { found, account = 0, scope = '', is_active: isActive = false, organisation_token: organisationToken = '', expires = 0 }: DomainVerdict): DomainCredential | null {
  return found ? { caller: { account, scopes: scope.split(' '), domain }, isActive, key: createSecretKey(organisationToken, 'utf8'), expires } : null;
}
