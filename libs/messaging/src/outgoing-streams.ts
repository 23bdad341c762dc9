import { Failure } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import type { Head } from './frame.js';
import { OutgoingStream } from './outgoing-stream.js';
import { headersOf, Reply } from './reply.js';
import { headersOfPart, leaversSubject, leaving, partBytes, partHeaderBytes } from './stream-part.js';
import type { Streamed } from './streamed.js';

const lookAfterMs = 100;

/**
 * The streams of one replica. Their askers speak to a subject of the replica's own, which every message of a stream names
 * as the one to reply to: where an inbox is gone, NATS itself says so there, at once.
 */
export class OutgoingStreams {
  private readonly streams = new Map<string, { stream: OutgoingStream; request: Msg }>();
  private readonly ownSubject: string;
  private nextId = 0;
  private readonly rounds: NodeJS.Timeout;

  /** @param limit how many at once; more are refused */
  constructor(
    private readonly connection: WireConnection,
    service: string,
    private readonly limit: number,
  ) {
    this.ownSubject = `${service}._streams.${crypto.randomUUID()}`;
    this.hear(`${this.ownSubject}.*`, (message) => { this.tell(message); });
    this.hear(leaversSubject(service), (message) => { this.leaveWhere(({ request }) => request.reply === message.string()); });
    connection.onDown(() => { this.leaveWhere(() => true); });
    this.rounds = setInterval(() => { for (const { stream } of this.streams.values()) stream.lookAfter(); }, lookAfterMs).unref();
  }

  /** @throws Failure `overloaded`, or whatever the source throws */
  async send(request: Msg, answer: Streamed, { deadline, withoutBody = false }: Head): Promise<'ok' | 'left'> {
    if (this.streams.size >= this.limit) throw new Failure('overloaded');
    const id = (this.nextId++).toString(36);
    const reply = `${this.ownSubject}.${id}`;
    const largestPart = Math.max(1, Math.min(partBytes, this.connection.largestMessage - partHeaderBytes));
    const stream = new OutgoingStream(withoutBody ? answer.withoutBody() : answer, deadline, largestPart, (part, bytes) => {
      if (this.connection.isUp) request.respond(bytes, { headers: headersOfPart(part), reply });
    });
    this.streams.set(id, { stream, request });
    try {
      return await stream.run();
    } finally {
      this.streams.delete(id);
    }
  }

  /** Where the asker of this request speaks to its stream, if it is answered with one. */
  subjectOf(request: Msg): string | undefined {
    for (const [id, one] of this.streams) if (one.request === request) return `${this.ownSubject}.${id}`;
    return undefined;
  }

  /** Whatever still goes on fails. */
  close(): void {
    clearInterval(this.rounds);
    const failure = Reply.failure(new Failure('unavailable'));
    if (this.connection.isUp) for (const { request } of this.streams.values()) request.respond(failure.body, headersOf(failure));
    this.leaveWhere(() => true);
  }

  private hear(subject: string, listener: (message: Msg) => void): void {
    this.connection.nats.subscribe(subject, { callback: (error, message) => { if (!error) listener(message); } });
  }

  private tell(message: Msg): void {
    const stream = this.streams.get(message.subject.slice(this.ownSubject.length + 1))?.stream;
    if (message.headers?.code === 503 || message.string() === leaving) stream?.leave();
    else stream?.grant(Number(message.string()));
  }

  private leaveWhere(condition: (one: { request: Msg }) => boolean): void {
    for (const one of this.streams.values()) if (condition(one)) one.stream.leave();
  }
}
