import { runWithOrder } from './order.js';

const script = new URL('generator.js', import.meta.url);

/** A request, under the name that its times are reported by. */
export interface OpenRequest {
  readonly name: string;
  readonly method: string;
  /** From the root on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface OpenLoad {
  readonly url: string;
  /** Sent one after the other, again and again. */
  readonly requests: readonly OpenRequest[];
  readonly perSecond: number;
  readonly seconds: number;
  /** How many connections it opens at most. */
  readonly connections: number;
}

export interface OpenLoadReport {
  readonly seconds: number;
  readonly sent: number;
  /** The requests it would have sent on another connection. */
  readonly unsent: number;
  /** Connections that broke, and answers that didn't come. */
  readonly broken: number;
  /** How many answers were a success; the times are theirs. */
  readonly good: number;
  /** How many answers there were, by status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By the names of the requests. */
  readonly p99MsOf: Readonly<Record<string, number>>;
  /** The CPU time of the load generator. */
  readonly cpuSeconds: number;
}

/** The same request with each of these tokens. */
export const getsWith = (tokens: readonly string[], path: string): OpenRequest[] =>
  tokens.map((token) => ({ name: 'get', method: 'GET', path, headers: { Authorization: `Token ${token}` } }));

/** Asks so many times a second, whether answered or not, as clients do who know nothing of each other. */
export const loadOpenly = (order: OpenLoad, signal: AbortSignal): Promise<OpenLoadReport> =>
  runWithOrder(script, order, signal);
