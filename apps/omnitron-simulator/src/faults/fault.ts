import { resourceNames } from '../resource.js';

/** README.md says what each kind does. */
export const faultKinds = [
  'latency',
  'expired_key',
  'too_many_requests',
  'server_error',
  'refuse_login',
  'redirect',
  'not_json',
  'endless',
  'duplicates',
  'duplicates_extra',
  'shrinking',
  'cut_off',
  'oversized',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** The targets of a fault: one of the lists, or the login. */
export const faultTargets = [...resourceNames, 'login'] as const;

export type FaultTarget = (typeof faultTargets)[number];

/** One way in which the upstream misbehaves, and when. */
export interface Fault {
  readonly kind: FaultKind;
  /** Without it, every list; `refuse_login` always strikes the login. */
  readonly resource?: FaultTarget | undefined;
  readonly page?: number | undefined;
  /** Strikes the n-th, 2n-th, … of the requests that it concerns. */
  readonly every?: number | undefined;
  /** How often it strikes in all; without it, for ever. */
  readonly times?: number | undefined;
  /** Milliseconds that `latency` waits. */
  readonly ms?: number | undefined;
  /** Seconds that `too_many_requests` asks to wait. */
  readonly retryAfter?: number | undefined;
}
