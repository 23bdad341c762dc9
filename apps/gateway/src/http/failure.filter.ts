import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Failure } from '@refundry/resource';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Mount } from '../mounts/mount.js';
import { refuse } from './answers.js';

/** Whatever goes wrong is refused in the family's words; no answer of a framework gets out. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('Failure');
  private readonly byRoute: ReadonlyMap<string, Mount>;

  constructor(mounts: readonly Mount[]) {
    this.byRoute = new Map(mounts.flatMap((mount) => mount.routes.map((route) => [route, mount] as const)));
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const failure = this.failureOf(error, request.id);
    if (!reply.sent) refuse(failure, request, reply, this.byRoute.get(request.routeOptions.url ?? ''));
  }

  private failureOf(error: unknown, requestId: string): Failure {
    if (error instanceof Failure) return error;
    // Nest throws it for a path without a route.
    if (error instanceof HttpException && error.getStatus() === 404) return new Failure('not_found');
    this.logger.error({ err: error, requestId });
    return new Failure('internal');
  }
}
