import { Injectable } from '@nestjs/common';
import { noteShortWork } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { longBody, repeatingReads, RpcClient, type Head } from '@refundry/messaging';
import { keyOfSegment, type Format, type MountedEndpoint } from '@refundry/resource';
import type { FastifyReply } from 'fastify';
import { Limits } from '../limits/limits.js';
import { listPathOf } from '../mounts/list-path.js';
import type { Mount } from '../mounts/mount.js';
import type { AdmittedRequest } from './admitted-request.js';
import { writeAnswer, writeNoContent, type Answer } from './answers.js';
import { codingsOf, decodeBody } from './content-codings.js';
import { preflightHeaders } from './cross-origin.js';
import { holdUntilAnswered, maxBatchSize, maxBody, readRequestBody } from './request-body.js';

/** Carries admitted requests to the services and their answers back, unread. */
@Injectable()
export class Forwarder {
  constructor(
    private readonly rpc: RpcClient,
    private readonly limits: Limits,
  ) {}

  /** @throws Failure the service's own, or RPC's */
  async forward(mount: Mount, request: AdmittedRequest, reply: FastifyReply): Promise<void> {
    if (!request.admission) throw new Error('The gatekeeper did not see this request.');
    const { caller, endpoint, isPreflight } = request.admission;
    if (isPreflight) {
      writeNoContent(reply, preflightHeaders(mount));
      return;
    }
    if (!endpoint) {
      await writeAnswer(request, reply, 200, mount.metadata, { ...mount.headers, 'cache-control': 'private' });
      return;
    }
    const body = readsBody(endpoint, request.method)
      ? await this.limits.whileArriving(request.raw, reply.raw, () => this.bodyOf(endpoint, request, reply))
      : undefined;
    if (!caller) this.limits.acquireAnonymous(request.raw, reply.raw);
    if (!body || body.length <= longBody) noteShortWork();
    const ask = (): Promise<Answer> => this.answerOf(mount, endpoint, request, reply, body);
    // A request that changes something is limited by its service, and several that want the same share one run there.
    const answer = await this.refusingSlowly(request, () =>
      caller && endpoint.isRead ? this.limits.runQueued(caller.account, ask) : ask(),
    );
    const headers = {
      ...mount.headers,
      'cache-control': endpoint.changesState ? 'no-store' : 'private',
      ...(endpoint.status === 201 && { location: addressOf(mount, request) }),
    };
    if (endpoint.status !== 204) await writeAnswer(request, reply, endpoint.status, answer, headers);
    else if (isEmpty(answer)) writeNoContent(reply, headers);
    else await writeAnswer(request, reply, 200, answer, headers);
  }

  /** @throws what `ask` throws, a refusal of too much after a while */
  private async refusingSlowly(request: AdmittedRequest, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (failure) {
      if (failure instanceof Failure) await this.limits.penalise(failure, request.raw);
      throw failure;
    }
  }

  private async answerOf(
    mount: Mount,
    endpoint: MountedEndpoint,
    request: AdmittedRequest,
    reply: FastifyReply,
    body: Buffer | undefined,
  ): Promise<Answer> {
    // A client that has disconnected leaves its turn to others.
    if (reply.raw.destroyed) throw new Failure('deadline_exceeded');
    const { subject, isEncrypted } = endpoint;
    const ask = (head: Head): Promise<Answer> =>
      repeatingReads(endpoint, () =>
        isEncrypted
          ? this.rpc.requestEncrypted(subject, head, body)
          : this.rpc.exchange(subject, head, () => reply.raw.destroyed, body),
      );
    const head = this.headOf(mount, endpoint, request, body !== undefined);
    const suffix = suffixOf(head.key, mount);
    if (!suffix) return ask(head);
    try {
      return await ask(head);
    } catch (failure) {
      // The key may end so itself; only when it doesn't is it a row and a format.
      if (!(failure instanceof Failure) || failure.code !== 'not_found') throw failure;
      request.format = suffix.format;
      request.params = { ...(request.params as object), key: suffix.key };
      return ask({ ...head, key: suffix.key });
    }
  }

  private async bodyOf(
    endpoint: MountedEndpoint,
    { raw, admission }: AdmittedRequest,
    reply: FastifyReply,
  ): Promise<Buffer> {
    const account = admission?.caller?.account;
    const limits = {
      maxBytes: takesBatches(endpoint) ? maxBatchSize : maxBody,
      hold: holdUntilAnswered(raw, reply.raw, account ?? this.limits.addressOf(raw)),
      turn: () => this.limits.largeBodies.turn(account, raw, reply.raw),
    };
    const body = await readRequestBody(raw, limits);
    const codings = codingsOf(raw.headers);
    return codings.length === 0 ? body : decodeBody(body, codings, limits);
  }

  private headOf(mount: Mount, endpoint: MountedEndpoint, request: AdmittedRequest, hasBody: boolean): Head {
    const { caller, query = '' } = request.admission ?? {};
    const { key, within } = request.params as { key?: string; within?: string };
    const { format, method, headers } = request;
    const idempotencyKey = endpoint.kind === 'action' ? headers['idempotency-key'] : undefined;
    const client = endpoint.isPublic ? mount.dialect.clientOf?.(headers) : undefined;
    return {
      requestId: request.id,
      deadline: Date.now() + endpoint.deadlineMs,
      query: readsQuery(endpoint, method) ? query : '',
      ...(endpoint.kind === 'action' && { receivedAt: request.receivedAt }),
      ...(caller && { caller }),
      ...(client && { client }),
      ...(key !== undefined && { key }),
      ...(within !== undefined && { within }),
      ...(endpoint.kind === 'list' && {
        publicUrl: publicUrlOf(mount, request, within),
      }),
      ...(endpoint.kind === 'list' && format && format !== 'json' && format !== 'api' && { format }),
      ...(endpoint.hasLinks && { publicBase: `${request.publicBase}${mount.dialect.base}` }),
      ...(hasBody && { contentType: headers['content-type'] ?? '' }),
      ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
      ...(method === 'HEAD' && { withoutBody: true }),
    };
  }
}

const publicUrlOf = (mount: Mount, { publicBase, routeOptions, raw }: AdmittedRequest, within?: string): string =>
  `${publicBase}${listPathOf(mount, routeOptions.url ?? '', raw.url ?? '', within)}`;

const addressOf = ({ path }: Mount, { publicBase }: AdmittedRequest): string => `${publicBase}${path}/`;

/** The body of a GET is ignored, unless its document puts the input there. */
const readsBody = (endpoint: MountedEndpoint, method: string): boolean =>
  'input' in endpoint && (endpoint.mergesQuery || (method !== 'GET' && method !== 'HEAD'));

/** An action's options are read by POST only; whether its answer is to be detailed, by all its methods. */
const readsQuery = (endpoint: MountedEndpoint, method: string): boolean =>
  endpoint.kind !== 'action' || endpoint.mergesQuery || endpoint.detailed !== undefined || method === 'POST';

const isEmpty = (answer: Answer): boolean => answer instanceof Uint8Array && answer.length === 0;

/** The format that the last segment of a path ends in, and the segment without it. */
function suffixOf(key: string | undefined, { dialect }: Mount): { key: string; format: Format } | undefined {
  const format = key && dialect.suffixes.find((suffix) => key.endsWith(`.${suffix}`));
  return format ? { key: keyOfSegment(key.slice(0, -1 - format.length)), format } : undefined;
}

const takesBatches = (endpoint: MountedEndpoint): boolean =>
  endpoint.kind === 'action' && endpoint.atMost !== undefined;
