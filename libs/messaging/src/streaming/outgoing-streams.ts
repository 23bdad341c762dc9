import { Failure } from '@refundry/errors';
import type { Msg } from '@nats-io/transport-node';
import type { RpcConnection } from '../transport/rpc-connection.js';
import type { Head } from '../transport/frame.js';
import { OutgoingStream } from './outgoing-stream.js';
import type { ReplicaInbox } from '../transport/replica-inbox.js';
import { headersOf, Reply } from '../transport/reply.js';
import { headersOfPart, maxPartBytes, cancelControl } from './stream-part.js';
import { FairScheduler, type ConcurrencyLimiter } from '@refundry/concurrency';
import type { Streamed } from './streamed.js';

const checkTimeoutsMs = 100;

/** The streams that one replica answers with. Their clients speak to a subject of the replica's own. */
export class OutgoingStreams {
  /** By their subjects. */
  private readonly streams = new Map<string, { stream: OutgoingStream; request: Msg }>();
  private readonly scheduler = new FairScheduler();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: RpcConnection,
    private readonly subjects: ReplicaInbox,
    private readonly limiter: ConcurrencyLimiter,
  ) {
    subjects.onCancel((inbox) => {
      this.cancelWhere(({ request }) => request.reply === inbox);
    });
    connection.onDown(() => {
      this.cancelWhere(() => true);
    });
    this.timer = setInterval(() => {
      for (const { stream } of this.streams.values()) stream.checkTimeouts();
    }, checkTimeoutsMs).unref();
  }

  /** @throws Failure `overloaded`, `busy_account`, or whatever the source throws */
  async send(request: Msg, answer: Streamed, head: Head): Promise<'ok' | 'left'> {
    try {
      return await this.run(request, answer, head);
    } finally {
      answer.close();
    }
  }

  /** The control subject of this request's stream, if it is answered with one. */
  subjectOf(request: Msg): string | undefined {
    for (const [subject, one] of this.streams) if (one.request === request) return subject;
    return undefined;
  }

  /** Everything still running fails. */
  close(): void {
    clearInterval(this.timer);
    const failure = Reply.failure(new Failure('unavailable'));
    if (this.connection.isUp)
      for (const { request } of this.streams.values()) request.respond(failure.body, headersOf(failure));
    this.cancelWhere(() => true);
  }

  private async run(
    request: Msg,
    answer: Streamed,
    { caller, deadline, withoutBody = false }: Head,
  ): Promise<'ok' | 'left'> {
    const release = this.limiter.acquire(caller?.account);
    const reply = this.subjects.open((message) => {
      applyControl(stream, message);
    });
    const stream = new OutgoingStream(
      withoutBody ? answer.headOnly() : answer,
      deadline,
      () => maxPartBytes(this.connection.maxMessageBytes),
      this.scheduler,
      (part, bytes) => {
        if (this.connection.isUp) request.respond(bytes, { headers: headersOfPart(part), reply });
      },
    );
    this.streams.set(reply, { stream, request });
    try {
      return await stream.run();
    } finally {
      this.streams.delete(reply);
      this.subjects.close(reply);
      release();
    }
  }

  private cancelWhere(condition: (one: { request: Msg }) => boolean): void {
    for (const one of this.streams.values()) if (condition(one)) one.stream.cancel();
  }
}

function applyControl(stream: OutgoingStream, message: Msg): void {
  if (message.headers?.code === 503 || message.string() === cancelControl) stream.cancel();
  else stream.grant(Number(message.string()));
}
