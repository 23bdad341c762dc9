import { UsePipes } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { envelope, envelopeEnds } from '@refundry/pagination';
import {
  JsonText,
  pagingProfiles,
  type ActionRequest,
  type Endpoint,
  type FileEndpoint,
  type ListRequest,
  type Page,
  type PagingProfile,
  type ReplyOf,
  type RequestOf,
} from '@refundry/resource';
import { noBytes } from '../transport/frame.js';
import type { HandlerExtras } from '../rpc/rpc-server.js';
import { Reply } from '../transport/reply.js';
import { RequestPipe } from './request-pipe.js';
import { Streamed } from '../streaming/streamed.js';

/** A list may also be exported whole. */
type AnswerOf<E extends Endpoint> = E extends FileEndpoint
  ? Streamed
  : ReplyOf<E> | (E['kind'] extends 'list' ? Streamed : never);
type Handler<E extends Endpoint> = (request: RequestOf<E>) => AnswerOf<E> | Promise<AnswerOf<E>>;

/**
 * Binds a controller's method to an endpoint: its subject, the reading and validation of its input, the form of its
 * answer. The compiler checks that the method takes the endpoint's request and gives its reply.
 */
export const Handles =
  <E extends Endpoint>(endpoint: E) =>
  <M extends Handler<E>>(target: object, key: string, descriptor: TypedPropertyDescriptor<M>): void => {
    const method = descriptor.value as Handler<Endpoint>;
    descriptor.value = async function (this: unknown, request: RequestOf<Endpoint>) {
      return encodeAnswer(endpoint, request, await method.call(this, request));
    } as unknown as M;
    MessagePattern(endpoint.subject, { isEncrypted: endpoint.isEncrypted } satisfies HandlerExtras)(
      target,
      key,
      descriptor as PropertyDescriptor,
    );
    UsePipes(new RequestPipe(endpoint))(target, key, descriptor as PropertyDescriptor);
  };

function encodeAnswer(endpoint: Endpoint, request: RequestOf<Endpoint>, answer: unknown): Reply | Streamed {
  if (answer instanceof Streamed) return answer;
  if (endpoint.kind === 'list')
    return encodePage(request as ListRequest, answer as Page<unknown>, pagingProfiles[endpoint.family]);
  if (endpoint.kind === 'action' && endpoint.status === 204 && !(request as ActionRequest<object>).isDetailed)
    return new Reply(noBytes);
  if (answer instanceof JsonText)
    return answer.rest ? Streamed.around([noBytes, noBytes], answer.bytes, answer.rest) : new Reply(answer.bytes);
  return Reply.json(answer === undefined ? '{}' : JSON.stringify(answer));
}

const encodePage = (request: ListRequest, page: Page<unknown>, profile: PagingProfile): Reply | Streamed => {
  const { bytes, rest } = page.results;
  return rest
    ? Streamed.around(envelopeEnds(request, page, profile), bytes, rest)
    : new Reply(envelope(request, page, profile));
};
