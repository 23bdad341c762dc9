import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import type { Frame } from '../transport/frame.js';

/**
 * Global in every service: what a handler throws becomes the failure that leaves it. An error that is no `Failure` is a
 * fault of ours: logged with its request, answered as `internal`.
 *
 * It returns a value, not an Observable: Nest passes it on as the handler's result.
 */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('Failure');

  catch(error: unknown, host: ArgumentsHost): Failure {
    if (error instanceof Failure && error.code !== 'internal') return error;
    this.logger.error({ err: error, requestId: host.switchToRpc().getData<Frame>().head.requestId });
    return new Failure('internal');
  }
}
