import { Injectable } from '@nestjs/common';
import { WireClient } from '@refundry/messaging';
import type { FastifyReply } from 'fastify';
import type { Mount } from '../mounts/mount.js';
import type { AdmittedRequest } from './admitted-request.js';
import { PublicAddress } from './public-address.js';
import { writeJson, writeNoContent, writeStream } from './answers.js';

/** Carries admitted requests to the services and their answers back, unread. */
@Injectable()
export class Forwarder {
  constructor(
    private readonly wire: WireClient,
    private readonly publicAddress: PublicAddress,
  ) {}

  /** @throws Failure the service's own, or the wire's */
  async forward(mount: Mount, request: AdmittedRequest, reply: FastifyReply): Promise<void> {
    if (!request.admission) throw new Error('The gatekeeper did not see this request.');
    const { caller, endpoint, query, format } = request.admission;
    if (!endpoint) {
      writeJson(reply, 200, mount.metadata, { ...mount.headers, 'cache-control': 'private' });
      return;
    }
    const { key } = request.params as { key?: string };
    const answer = await this.wire.answer(endpoint.subject, {
      requestId: request.id,
      deadline: Date.now() + endpoint.deadlineMs,
      caller,
      // An action's options are read by POST only.
      query: endpoint.kind === 'action' && request.method !== 'POST' ? '' : query,
      ...(key !== undefined && { key }),
      ...(endpoint.kind === 'list' && { publicUrl: `${this.publicAddress.baseFor(request.raw)}${mount.path}/` }),
      ...(endpoint.kind === 'list' && format !== 'json' && { format }),
      ...(request.method === 'HEAD' && { withoutBody: true }),
    }, () => reply.raw.destroyed);
    const headers = { ...mount.headers, 'cache-control': endpoint.changesState ? 'no-store' : 'private' };
    if (endpoint.status === 204) writeNoContent(reply, headers);
    else if (answer instanceof Uint8Array) writeJson(reply, endpoint.status, answer, headers);
    else await writeStream(reply, endpoint.status, answer, headers);
  }
}
