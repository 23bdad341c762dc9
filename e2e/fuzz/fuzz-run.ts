import fc from 'fast-check';
import { send, type Answer } from '../system/http.js';
import { AnswerCheck } from './answer-check.js';
import { DescribedApi, type DescribedOperation } from './described-api.js';
import { requestsOf, type FuzzRequest } from './fuzz-request.js';
import type { FuzzedSystem } from './fuzzed-system.js';

export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  /** Only this one of them is sent. */
  readonly only?: number;
}

/** The answer, and its faults. */
export interface FuzzReport {
  /** By operation, how often each status was answered. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** The fault, with the number of the request. */
  readonly complaints: readonly string[];
}

const concurrency = 12;
const patienceMs = 70_000;
/** Seeds that follow each other have nothing in common. */
const largeStep = 1_000_003;
/** There is more to be asked of a list than of what can be asked; and what is removed can't be asked for. */
const weights: Readonly<Record<string, number>> = { HEAD: 1, OPTIONS: 1, DELETE: 1, GET: 3 };
const defaultWeight = 4;

/** Sends as many requests as are wanted, each made of the seed and its number alone. */
export async function fuzz(target: FuzzedSystem, { seed, requests, only }: FuzzOptions): Promise<FuzzReport> {
  const { url } = target.system;
  const api = new DescribedApi(await send('GET', `${url}/api/openapi.json`));
  const check = new AnswerCheck(api);
  const makers = new Map(api.operations.map((operation) => [operation, requestsOf(api, target.known, operation)]));
  const turns = inTurn(api.operations);
  const statuses = new Map<string, Map<number, number>>();
  const complaints: string[] = [];

  async function sendNumber(number: number): Promise<void> {
    const operation = turns[number % turns.length];
    const maker = operation && makers.get(operation);
    const [request] = maker ? fc.sample(maker, { seed: seed * largeStep + number, numRuns: 1 }) : [];
    if (!request) return;
    const { path } = request.operation;
    const actual = api.operation(path, request.method);
    const answer = await sendFuzzed(url, request, target);
    count(statuses, actual && !request.isStray ? actual.operationId : 'what is not there', answer.status);
    const stray = request.isStray ? api.operationAt(request.path, request.method) : undefined;
    const found = check.complaints(
      stray ?? actual ?? api.operation(path, 'OPTIONS') ?? request.operation,
      request,
      answer,
    );
    complaints.push(...found.map((complaint) => `#${number} ${describe(request)}\n  ${complaint}`));
  }

  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) await sendNumber(next++);
  };
  await (only === undefined ? Promise.all(Array.from({ length: concurrency }, work)) : sendNumber(only));
  return { statuses, complaints };
}

/** Every operation as often as it weighs, far from each other. */
function inTurn(operations: readonly DescribedOperation[]): DescribedOperation[] {
  const heaviest = Math.max(defaultWeight, ...Object.values(weights));
  return Array.from({ length: heaviest }, (_, round) =>
    operations.filter(({ method }) => (weights[method] ?? defaultWeight) > round),
  ).flat();
}

function sendFuzzed(url: string, request: FuzzRequest, target: FuzzedSystem): Promise<Answer> {
  const { method, headers, body } = request;
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return send(method, url + targetOf(request), {
    headers: { ...target.credentials(request), ...headers, ...length },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(patienceMs),
  });
}

const targetOf = ({ path, query }: FuzzRequest): string =>
  query.length > 0
    ? `${path}?${query.map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join('=')).join('&')}`
    : path;

function count(statuses: Map<string, Map<number, number>>, operationId: string, status: number): void {
  const counted = statuses.get(operationId) ?? new Map<number, number>();
  statuses.set(operationId, counted.set(status, (counted.get(status) ?? 0) + 1));
}

const describe = (request: FuzzRequest): string =>
  `${request.operation.operationId}: ${request.method} ${targetOf(request)} as ${request.bearer} ` +
  `${JSON.stringify(request.headers)} ${request.body?.slice(0, 1000) ?? ''}`;

/** A line for every operation. */
export const table = ({ statuses }: FuzzReport): string =>
  [...statuses]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(
      ([operationId, counts]) =>
        `${operationId.padEnd(48)} ${[...counts]
          .sort(([left], [right]) => left - right)
          .map(([status, times]) => `${status}×${times}`)
          .join(' ')}`,
    )
    .join('\n');
