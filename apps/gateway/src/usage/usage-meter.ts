import { Injectable } from '@nestjs/common';
import type { Caller } from '@refundry/resource';
import type { FastifyReply } from 'fastify';
import type { AdmittedRequest } from '../http/admitted-request.js';
import { onFinished } from '../limits/on-finished.js';
import type { Mount } from '../mounts/mount.js';
import { UsageCounter } from './usage-counter.js';

/** Counts the requests of known callers when they are over, however they end. */
@Injectable()
export class UsageMeter {
  constructor(private readonly counter: UsageCounter) {}

  watch(mount: Mount, { account, actor }: Caller, request: AdmittedRequest, reply: FastifyReply): void {
    onFinished(request.raw, reply.raw, () => {
      const { method, receivedAt } = request;
      const status = reply.raw.headersSent ? reply.raw.statusCode : undefined;
      this.counter.add({ account, actor, mount, method, receivedAt, status, bytes: bytesOf(request, reply) });
    });
  }
}

/** Of the body: as many as were streamed, or as its length says. */
function bytesOf({ method, streamedBytes }: AdmittedRequest, reply: FastifyReply): number {
  if (method === 'HEAD' || !reply.raw.headersSent) return 0;
  return streamedBytes + Number(reply.getHeader('content-length') ?? 0);
}
