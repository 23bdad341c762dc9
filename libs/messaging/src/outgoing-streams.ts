import { Failure, type Places } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import type { Head } from './frame.js';
import { OutgoingStream } from './outgoing-stream.js';
import type { OwnSubjects } from './own-subjects.js';
import { headersOf, Reply } from './reply.js';
import { headersOfPart, largestPart, leaving } from './stream-part.js';
import { StreamTurns } from './stream-turns.js';
import type { Streamed } from './streamed.js';

const lookAfterMs = 100;

/** The streams that one replica answers with. Their askers speak to a subject of the replica's own. */
export class OutgoingStreams {
  /** By their subjects. */
  private readonly streams = new Map<string, { stream: OutgoingStream; request: Msg }>();
  private readonly turns = new StreamTurns();
  private readonly rounds: NodeJS.Timeout;

  constructor(
    private readonly connection: WireConnection,
    private readonly subjects: OwnSubjects,
    private readonly places: Places,
  ) {
    subjects.onLeaver((inbox) => { this.leaveWhere(({ request }) => request.reply === inbox); });
    connection.onDown(() => { this.leaveWhere(() => true); });
    this.rounds = setInterval(() => { for (const { stream } of this.streams.values()) stream.lookAfter(); }, lookAfterMs).unref();
  }

  /** @throws Failure `overloaded`, `busy_account`, or whatever the source throws */
  async send(request: Msg, answer: Streamed, head: Head): Promise<'ok' | 'left'> {
    try {
      return await this.run(request, answer, head);
    } finally {
      answer.close();
    }
  }

  /** Where the asker of this request speaks to its stream, if it is answered with one. */
  subjectOf(request: Msg): string | undefined {
    for (const [subject, one] of this.streams) if (one.request === request) return subject;
    return undefined;
  }

  /** Whatever still goes on fails. */
  close(): void {
    clearInterval(this.rounds);
    const failure = Reply.failure(new Failure('unavailable'));
    if (this.connection.isUp) for (const { request } of this.streams.values()) request.respond(failure.body, headersOf(failure));
    this.leaveWhere(() => true);
  }

  private async run(request: Msg, answer: Streamed, { caller, deadline, withoutBody = false }: Head): Promise<'ok' | 'left'> {
    const giveBack = this.places.take(caller?.account);
    const reply = this.subjects.open((message) => { tell(stream, message); });
    const stream = new OutgoingStream(withoutBody ? answer.withoutBody() : answer, deadline, () => largestPart(this.connection.largestMessage), this.turns, (part, bytes) => {
      if (this.connection.isUp) request.respond(bytes, { headers: headersOfPart(part), reply });
    });
    this.streams.set(reply, { stream, request });
    try {
      return await stream.run();
    } finally {
      this.streams.delete(reply);
      this.subjects.close(reply);
      giveBack();
    }
  }

  private leaveWhere(condition: (one: { request: Msg }) => boolean): void {
    for (const one of this.streams.values()) if (condition(one)) one.stream.leave();
  }
}

function tell(stream: OutgoingStream, message: Msg): void {
  if (message.headers?.code === 503 || message.string() === leaving) stream.leave();
  else stream.grant(Number(message.string()));
}
