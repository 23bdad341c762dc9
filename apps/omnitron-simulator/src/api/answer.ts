import { type FastifyReply } from 'fastify';

/** An answer before it is sent, so that faults can replace or spoil it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The offset at which the connection breaks, counted in bytes of the body; the headers still announce the whole. */
  readonly cutAfter?: number;
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

export function htmlAnswer(status: number, title: string): Answer {
  const page = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(page) };
}

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.cutAfter !== undefined) return sendCut(reply, answer, answer.cutAfter);
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Fastify would not send less than it announced, so this goes past it. */
function sendCut(reply: FastifyReply, { status, headers, body }: Answer, cutAfter: number): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(status, { ...headers, 'content-length': body.length });
  reply.raw.write(body.subarray(0, cutAfter), () => reply.raw.destroy());
  return reply;
}
