import { randomBytes } from 'node:crypto';
import { AppProcess } from '@refundry/testing';
import { scriptOf } from '../../tools/src/topology.js';
import { send } from './http.js';
import type { UpstreamReason } from './reasons.js';

/** A way for the simulated Omnitron to misbehave; its README says what each does. */
export interface Fault {
  readonly kind: string;
  readonly resource?: string;
  readonly page?: number;
  readonly times?: number;
  readonly ms?: number;
  readonly retryAfter?: number;
}

/** What was asked of the simulated Omnitron. */
export interface RequestReport {
  readonly total: number;
  readonly logins: number;
  readonly byResource: Readonly<Record<string, number>>;
  readonly recent: readonly { readonly method: string; readonly url: string; readonly at: string }[];
}

/** A simulated Omnitron and its control endpoint. */
export class Simulator {
  private constructor(
    readonly app: AppProcess,
    readonly username: string,
    readonly password: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Simulator> {
    const username = 'refundry-at-omnitron';
    const password = randomBytes(16).toString('hex');
    const app = await AppProcess.start({ name: 'simulator', script: scriptOf('omnitron-simulator'), env: { OMNITRON_USERNAME: username, OMNITRON_PASSWORD: password, ...environment } });
    return new Simulator(app, username, password);
  }

  get url(): string {
    return this.app.url ?? '';
  }

  setReasons(reasons: readonly UpstreamReason[]): Promise<unknown> {
    return this.control('PUT', 'resources/cancellation_reasons', reasons);
  }

  changeReason(pk: number, fields: Partial<UpstreamReason>): Promise<unknown> {
    return this.control('PATCH', `resources/cancellation_reasons/${pk}`, fields);
  }

  removeReason(pk: number): Promise<unknown> {
    return this.control('DELETE', `resources/cancellation_reasons/${pk}`);
  }

  /** Replaces the faults that were. */
  misbehave(...faults: readonly Fault[]): Promise<unknown> {
    return this.control('PUT', 'faults', faults);
  }

  behave(): Promise<unknown> {
    return this.control('DELETE', 'faults');
  }

  answerWith(mode: 'envelope' | 'array'): Promise<unknown> {
    return this.control('PUT', 'answers', { mode });
  }

  requests(): Promise<RequestReport> {
    return this.control('GET', 'requests');
  }

  /** How often a page of the cancellation reasons was asked for. */
  async reasonPagesAsked(): Promise<number> {
    return (await this.requests()).byResource.cancellation_reasons ?? 0;
  }

  forgetRequests(): Promise<unknown> {
    return this.control('DELETE', 'requests');
  }

  /** All keys it has handed out. */
  keys(): Promise<string[]> {
    return this.control('GET', 'keys');
  }

  stop(): Promise<unknown> {
    return this.app.stop();
  }

  private async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const { status, text } = await send(method, `${this.url}/_control/${path}`, sent);
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
