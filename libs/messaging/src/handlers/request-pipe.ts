import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PipeTransform } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { readListQuery } from '@refundry/pagination';
import {
  isDictionary,
  read,
  readMany,
  type ActionEndpoint,
  type ActionRequest,
  type Caller,
  type Class,
  type Endpoint,
  type Idempotency,
  type RequestOf,
} from '@refundry/resource';
import { normalised } from './charset.js';
import type { Frame, Head } from '../transport/frame.js';
import { declaredCharset } from './form-body.js';
import { isMultipart, parseJson, readBatch, readBody } from './request-body.js';

/** The caller of a public endpoint: no account has this number, so nothing of anybody's is found. */
const anybody: Caller = { account: 0, scopes: [] };

/** Turns a frame into the request that the endpoint's handler takes. @throws Failure for input the contract refuses */
export class RequestPipe implements PipeTransform<Frame, RequestOf<Endpoint> | Promise<RequestOf<Endpoint>>> {
  constructor(private readonly endpoint: Endpoint) {}

  transform({ head, body }: Frame): RequestOf<Endpoint> | Promise<RequestOf<Endpoint>> {
    const { requestId, deadline, query = '', key = '', within, publicUrl = '', publicBase, format, operator } = head;
    const { endpoint } = this;
    if (endpoint.kind === 'operation') {
      const input = read(endpoint.input, parseJson(body));
      return { requestId, deadline, ...(operator !== undefined && { operator }), input };
    }
    const caller = head.caller ?? (endpoint.isPublic ? anybody : undefined);
    if (!caller) throw new Error(`${endpoint.subject} was asked without a caller`);
    const links = publicBase === undefined ? undefined : { publicBase };
    const place = within === undefined ? undefined : { within };
    const detail = 'detailed' in endpoint && asksForDetail(query) ? { isDetailed: true } : undefined;
    switch (endpoint.kind) {
      case 'list':
        return {
          requestId,
          deadline,
          caller,
          publicUrl,
          query,
          ...place,
          ...links,
          ...detail,
          ...(format && { format }),
          ...readListQuery(endpoint, query, format),
        };
      case 'detail':
        return { requestId, deadline, caller, key, ...place, ...links, ...detail };
      case 'action':
        return actionRequest(endpoint, { head, body }, caller, detail);
    }
  }
}

function actionRequest(
  endpoint: ActionEndpoint,
  { head, body }: Frame,
  caller: Caller,
  detail?: Pick<ActionRequest<object>, 'isDetailed'>,
): ActionRequest<object> | Promise<ActionRequest<object>> {
  const { requestId, deadline, receivedAt = Date.now(), query = '', key = '', within } = head;
  const { publicBase, client, contentType } = head;
  const request = {
    requestId,
    deadline,
    receivedAt,
    caller,
    key,
    ...(within !== undefined && { within }),
    ...(publicBase !== undefined && { publicBase }),
    ...(client && { client }),
    ...detail,
    ...idempotency(head, body),
  };
  if (!endpoint.input) return { ...request, input: endpoint.query ? read(endpoint.query, lastValues(query)) : {} };
  const type = endpoint.input;
  const { atMost, isPartial, mergesQuery } = endpoint;
  if (atMost !== undefined)
    return withBatch(request, async () => readMany(type, await readBatch(type, body, contentType), atMost));
  const validated = (plain: unknown): object =>
    mergesQuery ? readMerged(type, plain, query) : read(type, plain, { isPartial });
  if (!isMultipart(contentType)) return withInput(request, () => validated(readBody(type, body, contentType)));
  return Promise.resolve(readBody(type, body, contentType)).then((plain) => withInput(request, () => validated(plain)));
}

type WithoutInput = Omit<ActionRequest<object>, 'input'>;

/** A batch belongs to no row that could be unknown, so it may be read before the handler is called. */
const withBatch = async (request: WithoutInput, read: () => Promise<object>): Promise<ActionRequest<object>> => ({
  ...request,
  input: await read(),
});

function withInput(request: WithoutInput, read: () => object): ActionRequest<object> {
  let known: object | undefined;
  return {
    ...request,
    get input() {
      return (known ??= read());
    },
  };
}

function idempotency(
  { idempotencyKey, key = '', contentType = '' }: Head,
  body: Uint8Array,
): { idempotency: Idempotency } | undefined {
  if (!idempotencyKey) return undefined;
  const charset = foreignCharset(contentType);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([key, contentType.split(';', 1), ...(charset === undefined ? [] : [charset])]))
    .update(body)
    .digest('hex');
  return { idempotency: { key: idempotencyKey, fingerprint } };
}

/** The same bytes are another request in another charset. @returns undefined for UTF-8 */
function foreignCharset(contentType: string): string | undefined {
  const label = declaredCharset(contentType);
  const name = label === undefined ? 'utf_8' : normalised(label);
  return name === 'utf_8' || name === 'utf8' ? undefined : name;
}

/**
 * The input of the body and of the query, which may repeat each other. @throws Failure `malformed_request`,
 * `inputs_disagree`, `invalid`
 */
function readMerged(type: Class, body: unknown, query: string): object {
  if (!isDictionary(body)) throw new Failure('malformed_request');
  const parameters = lastValues(query);
  const [ofBody, ofQuery] = [body, parameters].map(
    (plain) => read(type, plain, { isPartial: true }) as Record<string, unknown>,
  ) as [Record<string, unknown>, Record<string, unknown>];
  for (const [name, value] of Object.entries(ofQuery))
    if (!isDeepStrictEqual(ofBody[name] ?? value, value)) throw new Failure('inputs_disagree');
  return read(type, { ...body, ...parameters });
}

/** Of a repeated parameter the last counts. */
const asksForDetail = (query: string): boolean =>
  ['1', 'true'].includes(
    [...new URLSearchParams(query)].findLast(([name]) => name.toLowerCase() === 'detail')?.[1] ?? '',
  );

/** Of a repeated parameter the last counts; where it is empty, it is ignored. */
const lastValues = (query: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Object.fromEntries(new URLSearchParams(query))).filter(([, value]) => value.trim() !== ''),
  );
