import type { OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Logger } from '@nestjs/common';
import { jsonInSlices } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import type { IncomingStream } from '@refundry/messaging';
import { mediaTypes } from '@refundry/resource';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf } from '../families/dialects.js';
import { renderRejection } from '../families/rejection.js';
import { listPathOf } from '../mounts/list-path.js';
import type { Mount } from '../mounts/mount.js';
import type { Asset } from '../browsable-api/assets.js';
import { renderPage } from '../browsable-api/page.js';
import { maxShown, type Keys } from '../browsable-api/shown.js';
import type { AdmittedRequest } from './admitted-request.js';
import { acceptedCodings } from './content-codings.js';

type Headers = Readonly<Record<string, string>>;

/** The answer of a service: bytes, or more of them than fit a message. */
export type Answer = Uint8Array | IncomingStream;

/**
 * The exit for what a service answers: in the family's envelope, as a page to whom that was admitted for, else as it
 * is.
 */
export async function writeAnswer(
  request: AdmittedRequest,
  reply: FastifyReply,
  status: number,
  answer: Answer,
  headers: Headers,
): Promise<void> {
  const { mount } = request;
  if (isFile(answer)) await writeStream(request, reply, status, answer, headers);
  else if (mount?.dialect.wrap) writeJson(reply, status, mount.dialect.wrap(await whole(answer)), headers);
  else if (request.format === 'api' && mount)
    writePage(
      request,
      mount,
      reply,
      status,
      answer instanceof Uint8Array ? answer : await beginningOf(answer),
      headers,
    );
  else if (answer instanceof Uint8Array) writeJson(reply, status, answer, headers);
  else await writeStream(request, reply, status, answer, headers);
}

/** Whether it is what it is, in no envelope and on no page. */
const isFile = (answer: Answer): answer is IncomingStream =>
  !(answer instanceof Uint8Array) && answer.head.contentType !== undefined;

const whole = async (answer: Answer): Promise<Uint8Array> => (answer instanceof Uint8Array ? answer : buffer(answer));

/** No more of a long answer than a page shows; the work behind the rest is ended. */
async function beginningOf(stream: IncomingStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length > maxShown) break;
  }
  return Buffer.concat(parts, length);
}

/** Nothing but our own styles and script, which talks to nobody else; nothing of the page's own is run. */
const pagePolicy = (pictures: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src ${pictures}; connect-src 'self'; ` +
  `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
const pageSecurity = (pictures = "'self'"): Headers => ({
  'content-security-policy': pagePolicy(pictures),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
});

function writePage(
  request: PageRequest,
  mount: Mount,
  reply: FastifyReply,
  status: number,
  body: Uint8Array,
  headers: Headers,
): void {
  const { method, id, publicBase, params } = request;
  const answered = { ...headers, 'x-request-id': id };
  void reply
    .code(status)
    .headers({ ...answered, ...pageSecurity(), 'content-type': `${mediaTypes.api}; charset=utf-8` });
  const target = request.raw.url ?? '';
  const isList = mount.endpoints.get('GET')?.kind === 'list';
  const shown = {
    mount,
    method,
    target,
    keys: params as Keys,
    ...(isList && { listPath: listPathOf(mount, request.routeOptions.url ?? '', target, (params as Keys).within) }),
    publicBase: publicBase ?? '',
    status,
    headers: { allow: mount.headers.allow ?? '', 'content-type': mediaTypes.json, ...answered },
    body,
  };
  void reply.send(method === 'HEAD' ? undefined : renderPage(shown));
}

type PageRequest = FastifyRequest & Partial<Pick<AdmittedRequest, 'publicBase'>>;

/**
 * The only exit for a page that shows no answer.
 *
 * @param pictures where its pictures may come from, as its Content-Security-Policy says it
 */
export function writeHtml(reply: FastifyReply, page: string, pictures: string): void {
  void reply
    .code(200)
    .headers({
      ...pageSecurity(pictures),
      'cache-control': 'no-cache',
      'x-request-id': reply.request.id,
      'content-type': `${mediaTypes.api}; charset=utf-8`,
    })
    .send(page);
}

/** The only exit for JSON. */
export function writeJson(reply: FastifyReply, status: number, body: Uint8Array, headers: Headers): void {
  void reply
    .code(status)
    .headers(headers)
    .header('x-request-id', reply.request.id)
    .header('content-type', mediaTypes.json)
    .send(body);
}

/** The only exit for answers without one. */
export function writeNoContent(reply: FastifyReply, headers: Headers): void {
  void reply.code(204).headers(headers).header('x-request-id', reply.request.id).send();
}

/**
 * The only exit for what pages are made with: known to the client already or not, at an address where it lasts or not.
 */
export function writeAsset(
  reply: FastifyReply,
  { contentType, bytes, etag }: Asset,
  { isKnown, isLasting }: { isKnown: boolean; isLasting: boolean },
): void {
  const caching = {
    etag,
    'cache-control': isLasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'x-request-id': reply.request.id,
  };
  if (isKnown) void reply.code(304).headers(caching).send();
  else
    void reply
      .code(200)
      .headers({ ...caching, 'content-type': contentType })
      .send(bytes);
}

const logger = new Logger('Stream');

/**
 * The only exit for answers that are made while they are sent. One that breaks off breaks the connection, so that
 * nobody takes a part for the whole; a client that disconnects ends the work behind it.
 */
async function writeStream(
  request: AdmittedRequest,
  reply: FastifyReply,
  status: number,
  stream: IncomingStream,
  headers: Headers,
): Promise<void> {
  const { contentType = mediaTypes.json, fileName } = stream.head;
  const all = {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    ...headers,
    'x-request-id': reply.request.id,
    'content-type': contentType,
    ...(fileName !== undefined && { 'content-disposition': attachment(fileName) }),
  };
  if (reply.request.method === 'HEAD') {
    stream.destroy();
    void reply.code(status).headers(all).send();
    return;
  }
  reply.raw.writeHead(status, all);
  // Fastify would answer a stream that fails early with an error of its own.
  reply.hijack();
  // A client of HTTP/1.0 takes an orderly end of the connection for the end of the answer.
  stream.once('error', () => {
    reply.raw.socket?.resetAndDestroy();
  });
  stream.on('data', (part: Uint8Array) => {
    request.streamedBytes += part.length;
  });
  try {
    await pipeline(stream, reply.raw);
  } catch (error) {
    if (error instanceof Failure) logger.warn({ code: error.code, requestId: reply.request.id });
    // Only so does Fastify learn of an end before the end, and with it the access log.
    reply.raw.once('error', () => undefined).emit('error', error);
  }
}

/** A name in any script, and in ASCII for those who don't know RFC 6266. */
function attachment(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"${ascii === fileName ? '' : `; filename*=UTF-8''${encoded}`}`;
}

const emptyObject = {};

/** Refuses a request in its family's words. @param mount null for a path that leads nowhere */
export async function refuse(
  failure: Failure,
  request: PageRequest & Partial<Pick<AdmittedRequest, 'format' | 'admission'>>,
  reply: FastifyReply,
  mount: Mount | null,
): Promise<void> {
  const dialect = mount?.dialect ?? dialectOf(request.raw.url ?? '');
  // A refusal after admission comes from a service.
  const told = (request.admission && dialect.errorOverrides?.[failure.code]) ?? failure;
  const { status, headers: ofStatus, body } = renderRejection(told, dialect);
  const bytes = Buffer.from(await jsonInSlices(status === 401 && mount?.bare401 ? emptyObject : body));
  const headers = {
    ...mount?.headers,
    'cache-control': 'no-store',
    ...ofStatus,
    ...(failure.code === 'unsupported_coding' && { 'accept-encoding': acceptedCodings }),
  };
  if (mount && request.format === 'api') writePage(request, mount, reply, status, bytes, headers);
  else writeJson(reply, status, bytes, headers);
}
