import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { mebibyte } from '@refundry/concurrency';
import { Egress, retryAfterMs } from '@refundry/egress';
import type { FailureCode } from '@refundry/errors';
import { currentSpan, timed, traced, type Latency, type Outcome, type SpanDescription } from '@refundry/observability';
import { unusable, UpstreamError, upstreamError } from './upstream-failure.js';

const connectionsPerHost = 8;
const maxAnswerBytes = 16 * mebibyte;
/** No replacement character is stored for what upstream did not say. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export interface OmnitronHttpOptions {
  /** The time limit for connecting and for each request as a whole. */
  timeoutMs: number;
  allowsPrivateAddresses: boolean;
}

export interface UpstreamRequest {
  method: 'GET' | 'POST';
  /** Absolute. */
  url: URL;
  /** Omnitron's key. */
  key?: string;
  json?: unknown;
}

export interface UpstreamAnswer {
  readonly json: unknown;
  readonly bytes: number;
}

/** One exchange with an Omnitron: kept-alive connections, no redirects, bounded time and size. */
@Injectable()
export class OmnitronHttp implements OnApplicationShutdown {
  private readonly egress: Egress;
  private record: (seconds: number, outcome: Outcome) => void = () => undefined;

  constructor(options: OmnitronHttpOptions) {
    this.egress = new Egress({ ...options, connectionsPerHost, maxAnswerBytes });
  }

  get latency(): Latency {
    return {
      name: 'upstream_request_seconds',
      help: 'Requests to Omnitron, each attempt by itself',
      labelNames: ['outcome'],
      begin: (record) => {
        this.record = record;
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }

  /** A 2xx answer. @throws UpstreamError */
  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const attempt = (): Promise<UpstreamAnswer> =>
      this.exchange(request, signal).catch((error: unknown) => {
        throw upstreamError(error);
      });
    return traced(upstreamSpan(request), () => timed(attempt, this.record, codeOf));
  }

  private async exchange({ method, url, key, json }: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { statusCode, headers, body } = await this.egress.send({
      method,
      url,
      headers: {
        accept: 'application/json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(key && { authorization: `Token ${key}` }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal,
    });
    currentSpan()?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 200 && statusCode < 300) {
      const bytes = await body.arrayBuffer();
      return { json: JSON.parse(strictUtf8.decode(bytes)) as unknown, bytes: bytes.byteLength };
    }
    await body.dump();
    throw refusal(statusCode, headers['retry-after']);
  }
}

const codeOf = (error: unknown): FailureCode => upstreamError(error).failure.code;

/** The origin of the Omnitron, without the rest of the address: the rest may hold what an account filters by. */
const upstreamSpan =
  ({ method, url }: UpstreamRequest) =>
  (): SpanDescription => ({
    name: method,
    kind: SpanKind.CLIENT,
    attributes: {
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    },
  });

function refusal(status: number, retryAfter: string | string[] | undefined): UpstreamError {
  const isTransient = status === 429 || status >= 500;
  return new UpstreamError(unusable(`Omnitron answered with status ${status}.`), {
    status,
    isTransient,
    retryAfterMs: retryAfterMs(retryAfter),
  });
}
