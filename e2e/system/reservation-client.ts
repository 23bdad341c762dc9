import { signedToken } from '@refundry/testing';
import { send, type Answer } from './http.js';
import type { Quote, Refund } from './reservations.js';

const signedForSeconds = 300;

interface RequestOptions {
  readonly version?: string;
  /** Added to those that it sends anyway. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A reservation client. It signs every request with the organisation token of its account. */
export class ReservationClient {
  constructor(
    private readonly gateway: () => string,
    private readonly organisationToken: string,
    readonly domain: string,
  ) {}

  /** @param path below the version; @param body sent as JSON */
  request(
    method: string,
    path: string,
    body?: unknown,
    { version = 'v1', headers: added }: RequestOptions = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      domain: this.domain,
      authorization: `Bearer ${this.newToken()}`,
      'content-type': 'application/json',
      ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
      ...added,
    };
    return send(method, `${this.gateway()}/api/reservation/${version}/${path}`, {
      headers,
      ...(text !== undefined && { body: text }),
    });
  }

  /** @param scope for less than the organisation token allows */
  newToken(scope?: string): string {
    return signedToken(this.organisationToken, signedForSeconds, scope);
  }

  /** The content of the envelope. @throws unless it is 200 */
  async payload<T>(method: string, path: string, body?: unknown): Promise<T> {
    return payloadOf(await this.request(method, path, body)) as T;
  }

  quote(reserveId: unknown): Promise<Quote> {
    return this.payload('GET', 'refund/procedure', { reserve_id: reserveId });
  }

  /** Gives a reservation back for the penalty that was seen. */
  requestRefund(reserveId: unknown, penalty: number): Promise<Refund> {
    return this.payload('POST', 'refund/request', { reserve_id: reserveId, expected_penalty: penalty });
  }

  /** The refund of a reservation. */
  refund(reserveId: unknown): Promise<Refund> {
    return this.payload('GET', 'refund/status', { reserve_id: reserveId });
  }
}

/** The content of a success's envelope. @throws unless it is 200 */
export function payloadOf({ status, json, text }: Answer): unknown {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (json as { payload: unknown }).payload;
}
