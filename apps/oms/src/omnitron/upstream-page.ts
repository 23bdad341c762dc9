import { unusable } from './upstream-failure.js';

/** A page of an upstream list: Omnitron sends an envelope or, in some releases, the bare rows. */
export interface UpstreamPage {
  readonly rows: readonly unknown[];
  /** Undefined for bare rows. */
  readonly count: number | undefined;
  readonly hasNext: boolean | undefined;
}

/** @throws Failure `upstream_failed` when it is neither form */
export function readUpstreamPage(body: unknown): UpstreamPage {
  if (Array.isArray(body)) return { rows: body, count: undefined, hasNext: undefined };
  const { count, next, results } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(results) || !Number.isSafeInteger(count) || (next !== null && typeof next !== 'string')) throw unusable('Omnitron sent an answer that is no list.');
  return { rows: results, count: count as number, hasNext: next !== null };
}
