import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { answerHalfClosed } from '@refundry/service';

/**
 * Every answer begins so, whatever its client's version (RFC 9112 §2.3); its characters are sent ahead of it, one at a
 * time.
 */
const beginning = 'HTTP/1.1 ';
/**
 * From the end of input to the first probe, and from there to the second, which is the one that fails. Then each takes
 * twice as long.
 */
const firstProbeMs = 400;
const secondProbeMs = 100;
const thirdProbeMs = 500;

/**
 * Keeps answering clients that have closed their sending half, and finds out which of them have left.
 *
 * Both send the same FIN. Only bytes tell: a peer that has closed both halves resets the connection, and the byte after
 * that fails. So an answer that is long in coming is begun early, a byte at a time, and so is the next chunk of one
 * that stands still.
 */
export function keepHalfClosed(server: Server): void {
  answerHalfClosed(server);
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.once('end', () => {
      probe(new StartedResponses(socket), firstProbeMs, secondProbeMs);
    });
  });
}

function probe(answers: StartedResponses, afterMs: number, nextMs: number): void {
  setTimeout(() => {
    if (!answers.areAwaited) return;
    answers.begin();
    probe(answers, nextMs, Math.max(thirdProbeMs, nextMs * 2));
  }, afterMs).unref();
}

type Chunk = string | Uint8Array;
type Write = (chunk: Chunk, ...others: unknown[]) => boolean;
/**
 * Node's own note of the answer whose turn it is, and whether its head is written; the others wait behind it (RFC 9112
 * §9.3.2).
 */
type HttpSocket = Socket & { readonly _httpMessage?: (ServerResponse & { readonly _headerSent: boolean }) | null };
/** Some clients read no more than 16 digits of a chunk's size, zeros before it included. */
const maxZeros = 9;

/** The answers of a connection that are sent bytes of before they are there. */
class StartedResponses {
  /** How much of the present answer is sent. */
  private ahead = 0;
  private zeros = 0;
  private readonly write: Write;

  constructor(private readonly socket: HttpSocket) {
    this.write = socket.write.bind(socket) as Write;
  }

  get areAwaited(): boolean {
    return !this.socket.destroyed && Boolean(this.socket._httpMessage);
  }

  /** Sends another byte of the present answer, unless others are on their way. */
  begin(): void {
    const { _httpMessage: answer } = this.socket;
    if (!answer || this.socket.writableLength > 0) return;
    if (!answer._headerSent) this.beginAnswer();
    else if (answer.chunkedEncoding && !answer.writableEnded) this.beginChunk();
  }

  private beginAnswer(): void {
    if (this.ahead === beginning.length) return;
    if (this.ahead === 0) this.socket.write = (chunk: Chunk, ...others: unknown[]) => this.goOn(chunk, others);
    this.write(beginning.charAt(this.ahead));
    this.ahead += 1;
  }

  /** A size may begin with zeros, that of the last chunk too (RFC 9112 §7.1). */
  private beginChunk(): void {
    if (this.zeros === maxZeros) return;
    this.write('0');
    this.zeros += 1;
  }

  /** The first piece of an answer, without what is sent of it. */
  private goOn(chunk: Chunk, others: unknown[]): boolean {
    const { ahead } = this;
    this.ahead = 0;
    this.socket.write = this.write;
    return this.write(typeof chunk === 'string' ? chunk.slice(ahead) : chunk.subarray(ahead), ...others);
  }
}
