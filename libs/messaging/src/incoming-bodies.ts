import { Failure, Places } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import type { Head } from './frame.js';
import { IncomingStream } from './incoming-stream.js';
import type { OwnSubjects } from './own-subjects.js';
import { stillWorking } from './reply.js';
import { signOfLifeMs } from './signs-of-life.js';
import { windowBytes } from './stream-part.js';

const lookAfterMs = 100;

/** One account's part of the room for bodies that came with their requests: four accounts leave room for a fifth. */
const shorterPart = 3 / 16;

interface HeldBody {
  /** Undefined for a body that came with its request. */
  readonly stream?: IncomingStream;
  readonly deadline: number;
  readonly giveBack: () => void;
}

interface BodyLimits {
  /** Bytes of one body. */
  readonly each: number;
  /** Bytes of all that are held at once. */
  readonly inAll: number;
}

/** The bodies that a replica holds until their requests are answered: those that follow their requests in parts, and the longer ones of those that came with them. */
export class IncomingBodies {
  private readonly bodies = new Map<Msg, HeldBody>();
  /** Of bytes. */
  private readonly places: Places;
  /** Of bytes of bodies that came with their requests, which find room beside any number of larger ones. */
  private readonly placesOfShorter: Places;
  private readonly rounds: NodeJS.Timeout;
  private readonly signsOfLife: NodeJS.Timeout;

  constructor(
    private readonly connection: WireConnection,
    private readonly subjects: OwnSubjects,
    private readonly limits: BodyLimits,
  ) {
    this.places = new Places({ inAll: limits.inAll, each: Math.max(limits.each, limits.inAll / 2) });
    this.placesOfShorter = new Places({ inAll: limits.inAll, each: limits.inAll * shorterPart });
    subjects.onLeaver((inbox) => { this.failWhere(([{ reply }]) => reply === inbox, 'unavailable'); });
    connection.onDown(() => { this.failAll(); });
    this.rounds = setInterval(() => { this.lookAfter(); }, lookAfterMs).unref();
    this.signsOfLife = setInterval(() => { for (const { stream } of this.bodies.values()) stream?.grant(); }, signOfLifeMs).unref();
  }

  /**
   * The whole body. It counts as held until it is released.
   *
   * @param length what was announced
   * @throws Failure `payload_too_large`, `overloaded` or `busy_account` before anything is sent, `deadline_exceeded`, and `unavailable` when
   * it did not come as it was sent
   */
  async receive(request: Msg, length: number, { deadline, caller }: Head): Promise<Uint8Array> {
    if (length > this.limits.each) throw new Failure('payload_too_large', String(this.limits.each));
    const giveBack = this.places.take(caller?.account, length);
    const body = Buffer.allocUnsafeSlow(length);
    const stream = this.open(request);
    this.bodies.set(request, { stream, deadline, giveBack });
    stream.grant();
    await fill(body, stream);
    return body;
  }

  /** Counts a body that came with its request. @throws Failure `overloaded` or `busy_account` */
  hold(request: Msg, length: number, { deadline, caller }: Head): void {
    this.bodies.set(request, { deadline, giveBack: this.placesOfShorter.take(caller?.account, length) });
  }

  release(request: Msg): void {
    this.bodies.get(request)?.giveBack();
    this.bodies.delete(request);
  }

  /** What has not come whole fails. */
  close(): void {
    clearInterval(this.rounds);
    clearInterval(this.signsOfLife);
    this.failAll();
  }

  private open(request: Msg): IncomingStream {
    const reply = this.subjects.open((message) => { stream.receive(message); });
    const tell = (word: string): void => { if (this.connection.isUp) stillWorking(request, reply, word); };
    const stream = new IncomingStream({}, tell, () => windowBytes, () => { this.subjects.close(reply); });
    return stream;
  }

  private lookAfter(): void {
    this.failWhere(([, { deadline }]) => deadline <= Date.now(), 'deadline_exceeded');
    for (const { stream } of this.bodies.values()) stream?.lookAfter();
  }

  private failAll(): void {
    this.failWhere(() => true, 'unavailable');
  }

  private failWhere(condition: (one: [Msg, HeldBody]) => boolean, code: 'unavailable' | 'deadline_exceeded'): void {
    for (const one of this.bodies) if (condition(one)) one[1].stream?.destroy(new Failure(code));
  }
}

/** @throws Failure `unavailable` when there is more or less of it than there is room for */
async function fill(body: Uint8Array, stream: AsyncIterable<Uint8Array>): Promise<void> {
  let length = 0;
  for await (const bytes of stream) {
    if (length + bytes.length > body.length) throw new Failure('unavailable', 'more of the body came than was announced');
    body.set(bytes, length);
    length += bytes.length;
  }
  if (length < body.length) throw new Failure('unavailable', 'less of the body came than was announced');
}
