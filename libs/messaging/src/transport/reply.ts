import { Failure, type FailureCode, type FieldErrors, type PresentState } from '@refundry/errors';
import { jsonInSlices } from '@refundry/concurrency';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { parseInSlices } from './sliced-json.js';

const failureHeader = 'Refundry-Failure';
/** `NATS/1.0`, the header's line and an empty one, with room to spare. */
const failureHeaderBytes = 64;
const heartbeatHeader = 'Refundry-Working';

/**
 * The form in which a handler's answer travels: a success is the bare body, a failure its envelope under a header of
 * its own.
 */
export class Reply {
  constructor(
    readonly body: Uint8Array,
    readonly failed = false,
  ) {}

  /** Its size in a message, in bytes. */
  get size(): number {
    return this.body.length + (this.failed ? failureHeaderBytes : 0);
  }

  static json(text: string): Reply {
    return new Reply(Buffer.from(text));
  }

  static failure(failure: Failure): Reply {
    return new Reply(Buffer.from(JSON.stringify(envelopeOf(failure))), true);
  }

  /** The same of one that may have an error for each of thousands of items, in slices. */
  static async longFailure(failure: Failure): Promise<Reply> {
    return new Reply(Buffer.from(await jsonInSlices(envelopeOf(failure))), true);
  }
}

interface FailureEnvelope {
  code: FailureCode;
  detail: string;
  fields?: FieldErrors | undefined;
  payload?: object | undefined;
  present?: PresentState | undefined;
}

const envelopeOf = ({ code, detail, fields, payload, present }: Failure): FailureEnvelope => ({
  code,
  detail,
  fields,
  payload,
  present,
});

/**
 * A heartbeat of a request that takes long, so that its caller can tell a service at work from a dead one.
 *
 * @param reply where a caller who has left says so
 * @param word how many bytes of a body that follows in parts may come in all; such a body goes to `reply`
 */
export function sendHeartbeat(message: Msg, reply = '', control?: string): void {
  const working = headers();
  working.set(heartbeatHeader, '1');
  message.respond(control, { headers: working, reply });
}

export const isHeartbeat = (message: Msg): boolean => message.headers?.has(heartbeatHeader) ?? false;

export const headersOf = (reply: Reply): { headers: MsgHdrs } | undefined => {
  if (!reply.failed) return undefined;
  const failed = headers();
  failed.set(failureHeader, '1');
  return { headers: failed };
};

/** The failure that another process has put into an envelope. */
const failureIn = (envelope: Uint8Array): Failure => opened(JSON.parse(new TextDecoder().decode(envelope)));

/** The same of a long envelope, in slices. */
export const longFailureIn = async (envelope: Uint8Array): Promise<Failure> =>
  opened(await parseInSlices(new TextDecoder().decode(envelope)));

function opened(envelope: unknown): Failure {
  const { code, detail, fields, payload, present } = envelope as FailureEnvelope;
  return new Failure(code, { detail, fields, payload, present });
}

/** The body of a success. @throws Failure that the other side answered, or `unavailable` when nobody listens */
export function readReply(message: Msg): Uint8Array {
  if (!message.headers) return message.data;
  if (message.headers.has(failureHeader)) {
    throw failureIn(message.data);
  }
  if (message.headers.code === 503) throw new Failure('unavailable', 'no responders');
  return message.data;
}
