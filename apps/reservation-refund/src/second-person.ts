import { Failure } from '@refundry/errors';
import type { Actor, ActorKind } from '@refundry/resource';

/** The one who did something: of another time, hence without what a gateway of the version before doesn't know. */
export interface StoredActor {
  readonly kind: ActorKind | null;
  readonly id: string | null;
}

/**
 * The one person or program behind an actor. A signed token is named after the domain and the organisation token that
 * has signed it; the same organisation token signs for each domain of its account, and is one person for all of them.
 * Undefined for a token whose organisation token is not known.
 */
function principalOf({ kind, id }: StoredActor): string | undefined {
  if (kind === null || id === null) return undefined;
  if (kind !== 'signed_token') return `${kind} ${id}`;
  const [, token] = id.split(' ');
  return token === undefined ? undefined : `${kind} ${token}`;
}

/** Whether it is known who somebody is. */
export const isSomebody = (actor: (Pick<Actor, 'kind'> & Partial<Actor>) | undefined): boolean =>
  actor !== undefined && principalOf({ kind: actor.kind, id: actor.id ?? null }) !== undefined;

/**
 * Refuses the second step to the person who took the first one, and to one who is not known.
 *
 * @throws Failure `second_person_needed`
 */
export function requireSecondPerson(
  first: StoredActor,
  second: (Pick<Actor, 'kind'> & Partial<Actor>) | undefined,
): void {
  const principal = second && principalOf({ kind: second.kind, id: second.id ?? null });
  if (principal === undefined || principal === principalOf(first)) throw new Failure('second_person_needed');
}
