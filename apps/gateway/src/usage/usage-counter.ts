import { Injectable } from '@nestjs/common';
import type { UsageCount, UsageCredentialKind } from '@refundry/contracts';
import type { Actor } from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';
import { templateOf } from '../mounts/path-template.js';

/** A request whose credential is known, when it is over. */
export interface CountedRequest {
  readonly account: number;
  readonly actor: Actor | undefined;
  readonly mount: Mount;
  readonly method: string;
  /** In milliseconds since 1970; it decides the day. */
  readonly receivedAt: number;
  /** Undefined where the client left before there was one. */
  readonly status: number | undefined;
  /** Sent in the body of the answer. */
  readonly bytes: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Count = Writable<UsageCount>;

const dayMs = 86_400_000;
/** Counts of an account; what comes beyond them is counted in one of the family's. */
const maxCountsPerAccount = 500;
/** The kinds of credentials that clients have. */
const credentialKinds: ReadonlySet<string> = new Set<UsageCredentialKind>(['token', 'oauth_user', 'signed_token']);

/** Counts requests by account, credential, endpoint and day, in memory that is bounded for each account. */
@Injectable()
export class UsageCounter {
  private readonly accounts = new Map<number, Map<string, Count>>();

  add(request: CountedRequest): void {
    const count = this.countOf(request);
    count.requests += 1;
    count.bytes += request.bytes;
    if (request.receivedAt > count.last_used) count.last_used = request.receivedAt;
    const { status = 0 } = request;
    if (status === 429) count.throttled += 1;
    else if (status >= 500) count.server_errors += 1;
    else if (status >= 400) count.client_errors += 1;
  }

  /** Removes up to so many counts. */
  take(max: number): UsageCount[] {
    const taken: UsageCount[] = [];
    for (const [account, counts] of this.accounts) {
      for (const [key, count] of counts) {
        if (taken.length === max) return taken;
        taken.push(count);
        counts.delete(key);
      }
      this.accounts.delete(account);
    }
    return taken;
  }

  /** The count that a request belongs to. The actor's id comes last in the key, because it may be any text. */
  private countOf(request: CountedRequest): Count {
    const { account, actor, mount, receivedAt } = request;
    const day = Math.floor(receivedAt / dayMs);
    const method = methodOf(request);
    const counts = this.countsOf(account);
    const key = `${day} ${method} ${mount.path} ${actor?.kind} ${actor?.id}`;
    const known = counts.get(key);
    if (known) return known;
    if (counts.size < maxCountsPerAccount && actor && isCounted(actor)) {
      const count = newCount(request, day, actor, `${method} ${templateOf(mount)}`);
      counts.set(key, count);
      return count;
    }
    return this.otherCountOf(counts, request, day);
  }

  private otherCountOf(counts: Map<string, Count>, request: CountedRequest, day: number): Count {
    const key = `${day} ${request.mount.family}`;
    const count = counts.get(key) ?? newCount(request, day, { kind: 'other', id: '' }, 'other');
    counts.set(key, count);
    return count;
  }

  private countsOf(account: number): Map<string, Count> {
    const known = this.accounts.get(account);
    if (known) return known;
    const counts = new Map<string, Count>();
    this.accounts.set(account, counts);
    return counts;
  }
}

/** Methods that nothing is asked by are one, so that an account's client can't make more counts than there are. */
const methodOf = ({ mount, method }: CountedRequest): string =>
  method === 'OPTIONS' || mount.endpoints.has(method) ? method : 'other';

interface CountedActor {
  readonly kind: UsageCredentialKind;
  readonly id: string;
}

const isCounted = (actor: Actor): actor is Actor & CountedActor => credentialKinds.has(actor.kind);

const newCount = ({ account, mount }: CountedRequest, day: number, { kind, id }: CountedActor, endpoint: string) => ({
  account,
  family: mount.family,
  day: new Date(day * dayMs).toISOString().slice(0, 10),
  credential_kind: kind,
  credential_id: id,
  endpoint,
  requests: 0,
  client_errors: 0,
  throttled: 0,
  server_errors: 0,
  bytes: 0,
  last_used: 0,
});
