import { runWithOrder } from '../open-load/order.js';
import type { Client } from './system.js';

const script = new URL('abuser.js', import.meta.url);

/**
 * Kinds of abuse, under the names the report prints. `processors` abuses nothing of ours: it shows what two busy cores
 * alone do to the quiet account.
 */
export const abuses = {
  processors: 'both processors busy, nothing asked',
  pages: 'pages without end',
  searches: 'many searches',
  documents: 'documents of 15 MiB',
  rows: 'rows of 9 MB',
  errors: 'error floods',
  exports: 'ten exports, read slowly',
  bodies: 'slow bodies',
  all: 'all of them at once',
} as const;

export type Abuse = keyof typeof abuses;

export interface AbuseOrder {
  readonly url: string;
  readonly abuse: Abuse;
  readonly clients: readonly Client[];
  readonly seconds: number;
}

/** The figures of abusive clients. */
export interface AbuseSeen {
  /** How many answers there were, by status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests that ended without a whole answer, those that were under way at the end not counted. */
  readonly broken: number;
  readonly readMiB: number;
}

/** Lets abusive clients ask for so long, in a process of its own. */
export const runAbuse = (order: AbuseOrder, signal: AbortSignal): Promise<AbuseSeen> =>
  runWithOrder(script, order, signal);
