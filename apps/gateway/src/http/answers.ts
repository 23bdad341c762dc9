import type { Failure} from '@refundry/resource';
import { mediaTypes } from '@refundry/resource';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf } from '../dialects/dialects.js';
import type { Mount } from '../mounts/mount.js';
import { splitUrl } from './admitted-request.js';

type Headers = Readonly<Record<string, string>>;

/** The only exit for answers with a body. */
export function writeJson(reply: FastifyReply, status: number, body: Uint8Array, headers: Headers): void {
  void reply.code(status).headers(headers).header('x-request-id', reply.request.id).header('content-type', mediaTypes.json).send(body);
}

/** The only exit for answers without one. */
export function writeNoContent(reply: FastifyReply, headers: Headers): void {
  void reply.code(204).headers(headers).header('x-request-id', reply.request.id).send();
}

const emptyObject = {};
const retryAfterSeconds = '1';

/** Refuses a request in its family's words. @param mount null for a path that leads nowhere */
export function refuse(failure: Failure, request: FastifyRequest, reply: FastifyReply, mount: Mount | null): void {
  const { status } = failure;
  const dialect = mount?.dialect ?? dialectOf(splitUrl(request.raw.url ?? '').path);
  const body = status === 401 && mount?.bare401 ? emptyObject : dialect.render(failure);
  writeJson(reply, status, Buffer.from(JSON.stringify(body)), {
    ...mount?.headers,
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': dialect.challenge }),
    ...(status === 503 && { 'retry-after': retryAfterSeconds }),
  });
}
