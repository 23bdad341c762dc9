import type { ActorKind, Caller, OperationRequest } from '@refundry/resource';

/** The one who decides, in the account whose record it is. */
export interface DecidedBy {
  readonly account: number;
  /** Absent where a gateway of the version before has asked. */
  readonly actor?: { readonly kind: ActorKind; readonly id?: string };
  readonly requestId?: string;
}

interface CallersRequest {
  readonly caller: Caller;
  readonly requestId: string;
}

/** A client decides, by a request. */
export const byCaller = ({ caller: { account, actor }, requestId }: CallersRequest): DecidedBy => ({
  account,
  requestId,
  ...(actor && { actor }),
});

/** An operator decides, by a command. */
export const byOperator = (
  { requestId, operator }: Pick<OperationRequest<object>, 'requestId' | 'operator'>,
  account: number,
): DecidedBy => ({
  account,
  requestId,
  actor: { kind: 'operator', ...(operator !== undefined && { id: operator }) },
});

/** A part of the service decides, by itself. @param part its name */
export const bySystem = (part: string, account: number): DecidedBy => ({
  account,
  actor: { kind: 'system', id: part },
});
