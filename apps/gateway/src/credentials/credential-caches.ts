import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  verifyCredential,
  verifyDomain,
  type CredentialFamily,
  type DomainVerdict,
  type FurtherToken,
  type Verdict,
} from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import type { ActorKind, Caller } from '@refundry/resource';
import { CredentialCache } from './credential-cache.js';

/** The answer of accounts about a key. */
export interface KeyCredential {
  readonly caller: Caller;
  readonly isActive: boolean;
  /** In milliseconds since 1970; Infinity when it doesn't. */
  readonly expires: number;
}

/** The answer of accounts about a domain. */
export interface DomainCredential {
  /** The account of those who sign with one of its keys. */
  readonly account: number;
  readonly domain: string;
  readonly isActive: boolean;
  /** A token is signed with one of these. */
  readonly keys: readonly SigningKey[];
}

/** An organisation token. */
export interface SigningKey {
  /** Undefined for the first of an account, where accounts of the version before have answered. */
  readonly id: number | undefined;
  readonly key: KeyObject;
  /** The most that tokens signed with it may do. */
  readonly scopes: readonly string[];
  /** When it ends, in milliseconds since 1970. */
  readonly expires: number;
}

/** The cached answers of accounts about the credentials in use. */
@Injectable()
export class CredentialCaches {
  /** By family and hash: what a key is to one family says nothing of what it is to another. */
  readonly keys: Readonly<Record<CredentialFamily, CredentialCache<KeyCredential>>>;
  readonly domains: CredentialCache<DomainCredential>;

  constructor(rpc: RpcClient) {
    const keysOf = (family: CredentialFamily) =>
      new CredentialCache(async (hash) =>
        keyCredential(await rpc.call(verifyCredential, { family, hash }, randomUUID()), actorKindOf[family]),
      );
    this.keys = { oms: keysOf('oms'), retail: keysOf('retail') };
    this.domains = new CredentialCache(async (domain) =>
      domainCredential(domain, await rpc.call(verifyDomain, { domain }, randomUUID())),
    );
  }
}

const actorKindOf: Readonly<Record<CredentialFamily, ActorKind>> = { oms: 'token', retail: 'oauth_user' };

function keyCredential(
  { found, account = 0, scope = '', is_active: isActive = false, holder, expires }: Verdict,
  kind: ActorKind,
): KeyCredential | null {
  if (!found) return null;
  const actor = holder === undefined ? undefined : { actor: { kind, id: holder } };
  return { caller: { account, scopes: scope.split(' '), ...actor }, isActive, expires: expires ?? Infinity };
}

function domainCredential(domain: string, verdict: DomainVerdict): DomainCredential | null {
  const { found, account = 0, is_active: isActive = false, further_tokens: further = [], ...first } = verdict;
  if (!found) return null;
  const keys = [first, ...further].map(signingKey);
  return { account, domain, isActive, keys };
}

function signingKey({
  id,
  organisation_token: characters = '',
  scope = '',
  expires = 0,
}: Partial<FurtherToken>): SigningKey {
  return { id, key: createSecretKey(characters, 'utf8'), scopes: scope.split(' '), expires };
}
