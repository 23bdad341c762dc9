import { kibibyte } from '@refundry/concurrency';
import { PrivateAddressRefused, readPart, retryAfterMs, type Egress } from '@refundry/egress';
import type { Latency } from '@refundry/observability';
import { webhookMessage, type DeliveredEvent, type WebhookFormat } from './webhook-message.js';

/** The time limit of an attempt as a whole. */
export const attemptMs = 15_000;
const maxAnswerBytes = 64 * kibibyte;
const maxKeptBytes = kibibyte;

/** An endpoint as an attempt needs it. */
export interface WebhookTarget {
  readonly url: string;
  readonly format: WebhookFormat;
  /** The newest first. */
  readonly secrets: readonly string[];
}

export interface AttemptOutcome {
  readonly isDelivered: boolean;
  /** Null where there was no answer. */
  readonly statusCode: number | null;
  /** The reason why there was none, or why it could not be read. */
  readonly error: string | null;
  /** The beginning of the answer. */
  readonly answer: string;
  /** The pause that the receiver asked for; 0 where it did not. */
  readonly retryAfterMs: number;
  readonly durationMs: number;
}

type Exchange = Omit<AttemptOutcome, 'durationMs' | 'isDelivered'>;

/** Makes attempts: one request each, in bounded time, of whose answer a bounded part is read. */
export class WebhookSender {
  private record: (seconds: number, outcome: string) => void = () => undefined;

  constructor(private readonly egress: Egress) {}

  get latency(): Latency {
    return {
      name: 'webhook_attempt_seconds',
      help: 'Attempts at deliveries of webhooks, by their outcome',
      labelNames: ['outcome'],
      begin: (record) => {
        this.record = record;
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }

  /** Never throws because of a receiver. @throws the reason of the signal, where that ended it */
  async attempt(event: DeliveredEvent, target: WebhookTarget, signal: AbortSignal): Promise<AttemptOutcome> {
    const startedAt = performance.now();
    const exchange = await this.exchange(event, target, signal).catch((error: unknown): Exchange => {
      signal.throwIfAborted();
      return { statusCode: null, error: reasonOf(error), answer: '', retryAfterMs: 0 };
    });
    const { statusCode, error } = exchange;
    const isDelivered = error === null && statusCode !== null && statusCode >= 200 && statusCode < 300;
    const durationMs = performance.now() - startedAt;
    this.record(durationMs / 1000, isDelivered ? 'delivered' : statusCode === null ? 'no_answer' : 'refused');
    return { ...exchange, isDelivered, durationMs: Math.round(durationMs) };
  }

  private async exchange(event: DeliveredEvent, target: WebhookTarget, signal: AbortSignal): Promise<Exchange> {
    const { headers, body } = webhookMessage(event, target.format, target.secrets, Date.now());
    const answer = await this.egress.send({ method: 'POST', url: new URL(target.url), headers, body, signal });
    const { statusCode } = answer;
    const mayAskForTime = statusCode === 429 || statusCode === 503;
    const refusal = { statusCode, retryAfterMs: mayAskForTime ? retryAfterMs(answer.headers['retry-after']) : 0 };
    try {
      const { kept } = await readPart(answer.body, maxAnswerBytes, maxKeptBytes);
      return { ...refusal, error: null, answer: textOf(kept) };
    } catch (error) {
      signal.throwIfAborted();
      return { ...refusal, error: reasonOf(error), answer: '' };
    }
  }
}

/** PostgreSQL stores no zero in a text. */
const textOf = (bytes: Buffer): string => bytes.toString().replaceAll('\0', '\u{FFFD}');

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** The reason for the account: it says nothing of our network. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateAddressRefused) return 'The URL leads to a private address.';
  const { name, code = '' } = error as Error & { code?: string };
  if (name === 'TimeoutError' || timeouts.has(code)) return 'The answer was not complete in time.';
  return `The connection failed${code === '' ? '' : ` (${code})`}.`;
}
