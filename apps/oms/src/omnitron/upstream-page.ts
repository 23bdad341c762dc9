import type { UpstreamAnswer } from './omnitron-http.js';
import { unusable } from './upstream-failure.js';

/** A page of an upstream list: Omnitron sends an envelope or, in some releases, the bare rows. */
export interface UpstreamPage {
  readonly rows: readonly unknown[];
  /** Undefined for bare rows. */
  readonly count: number | undefined;
  readonly hasNext: boolean | undefined;
  /** Size of the answer that it came in. */
  readonly bytes: number;
}

/** @throws Failure `upstream_failed` when it is neither form */
export function readUpstreamPage({ json, bytes }: UpstreamAnswer): UpstreamPage {
  if (Array.isArray(json)) return { rows: json, count: undefined, hasNext: undefined, bytes };
  const { count, next, results } = (json ?? {}) as Record<string, unknown>;
  if (!Array.isArray(results) || !Number.isSafeInteger(count) || (next !== null && typeof next !== 'string'))
    throw unusable('Omnitron sent an answer that is no list.');
  return { rows: results, count: count as number, hasNext: next !== null, bytes };
}
