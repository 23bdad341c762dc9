import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import type { FastifyReply } from 'fastify';
import type { AdmittedRequest } from './admitted-request.js';
import { Limits } from '../limits/limits.js';
import { refuse } from './answers.js';

/** Renders every failure in the family's words; no answer of a framework gets out. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('Failure');

  constructor(private readonly limits: Limits) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<AdmittedRequest>();
    const reply = http.getResponse<FastifyReply>();
    const failure = this.failureOf(error, request.id);
    this.limits.count(failure.code);
    if (!reply.sent) await refuse(failure, request, reply, request.mount);
  }

  private failureOf(error: unknown, requestId: string): Failure {
    if (error instanceof Failure) return error;
    // Nest throws it for a path without a route.
    if (error instanceof HttpException && error.getStatus() === 404) return new Failure('not_found');
    this.logger.error({ err: error, requestId });
    return new Failure('internal');
  }
}
