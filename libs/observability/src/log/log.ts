import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { currentSpan } from '../tracing/spans.js';
import { errorFields, loggedMessage } from './error-fields.js';
import { secretFields, withoutPasswords } from './secret-fields.js';

export type Log = Logger;

const flushMs = 250;
const bufferBytes = 8192;

/**
 * The app's log: JSON lines on standard output, written in batches, because a write for each request costs more than
 * the rest of the line. A warning or worse is written at once.
 *
 * @param dest a file instead of standard output
 */
export function createLog(app: string, level: string, dest: string | number = 1): Log {
  const destination = pino.destination({ dest, sync: false, minLength: bufferBytes });
  const log = pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      base: { app },
      redact: [...secretFields],
      serializers: { err: errorFields },
      hooks: {
        logMethod(parameters, method, severity) {
          method.apply(this, withMessage(parameters));
          if (severity >= 40) destination.flush();
        },
        streamWrite: withoutPasswords,
      },
    },
    destination,
  );
  setInterval(() => {
    destination.flush();
  }, flushMs).unref();
  return log;
}

/** Pino takes an error's whole message for the line's own where that has none. */
function withMessage<P extends unknown[]>(parameters: P): P {
  const [fields] = parameters as unknown as [({ err?: unknown; msg?: unknown } | string)?];
  const isMissing =
    parameters.length === 1 && typeof fields === 'object' && fields.msg === undefined && fields.err instanceof Error;
  return isMissing ? ([fields, loggedMessage((fields.err as Error).message)] as unknown as P) : parameters;
}

/** Resolves when everything logged so far is written. */
export const flushLog = (log: Log): Promise<void> =>
  new Promise((resolve) => {
    log.flush(() => {
      resolve();
    });
  });

type Severity = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

/** Nest's own messages at the start are only of interest for finding a fault in it. */
const chatter = new Set([
  'NestFactory',
  'NestApplication',
  'NestMicroservice',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/** Nest's logger, writing into ours, and the trace where what is logged is a part of one. */
export class NestLog implements LoggerService {
  constructor(private readonly pino: Log) {}

  log(message: unknown, ...context: unknown[]): void {
    this.write(chatter.has(String(context.at(-1))) ? 'debug' : 'info', message, context);
  }
  error(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.write('warn', message, context);
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.write('trace', message, context);
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.write('fatal', message, context);
  }

  /** Nest passes its context, e.g. `ReadPool`, as the last argument, after a stack where there is one. */
  private write(severity: Severity, message: unknown, parameters: unknown[]): void {
    const fields = {
      context: parameters.at(-1),
      trace_id: currentSpan()?.spanContext().traceId,
      ...(parameters.length > 1 && { stack: parameters[0] }),
    };
    if (message instanceof Error) this.pino[severity]({ ...fields, err: message }, loggedMessage(message.message));
    else if (typeof message === 'object' && message !== null) this.pino[severity]({ ...fields, ...message });
    else this.pino[severity](fields, loggedMessage(String(message)));
  }
}
