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
  readonly every?: number;
  readonly times?: number;
  readonly ms?: number;
  readonly retryAfter?: number;
}

/** A row as Omnitron has it; tests put anything in it or leave it out. */
export interface UpstreamRow {
  readonly pk: number;
  readonly [field: string]: unknown;
}

/** The requests to the simulated Omnitron. */
export interface RequestReport {
  readonly total: number;
  readonly logins: number;
  readonly byResource: Readonly<Record<string, number>>;
  readonly recent: readonly { readonly method: string; readonly url: string; readonly at: string }[];
}

interface UpstreamList {
  readonly next: string | null;
  readonly results: readonly UpstreamRow[];
}

const jsonHeaders = { 'content-type': 'application/json' };
const reasonsResource = 'cancellation_reasons';

/** A simulated Omnitron and its control endpoint. */
export class Simulator {
  private constructor(
    readonly app: AppProcess,
    readonly username: string,
    readonly password: string,
  ) {}

  /** With few districts, unless the environment says how many. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Simulator> {
    const username = 'refundry-at-omnitron';
    const password = randomBytes(16).toString('hex');
    const app = await AppProcess.start({
      name: 'simulator',
      script: scriptOf('omnitron-simulator'),
      env: { OMNITRON_USERNAME: username, OMNITRON_PASSWORD: password, OMNITRON_DISTRICTS: '16', ...environment },
    });
    return new Simulator(app, username, password);
  }

  get url(): string {
    return this.app.url ?? '';
  }

  setRows(resource: string, rows: readonly object[]): Promise<unknown> {
    return this.control('PUT', `resources/${resource}`, rows);
  }

  /** Rows without dates were created now. */
  addRows(resource: string, ...rows: readonly UpstreamRow[]): Promise<unknown> {
    return this.control('POST', `resources/${resource}`, rows);
  }

  changeRow(resource: string, pk: number, fields: object): Promise<unknown> {
    return this.control('PATCH', `resources/${resource}/${pk}`, fields);
  }

  removeRow(resource: string, pk: number): Promise<unknown> {
    return this.control('DELETE', `resources/${resource}/${pk}`);
  }

  /** All that it has of a resource, read as any client reads it: these requests count too. */
  async rows(resource: string): Promise<UpstreamRow[]> {
    const { username, password } = this;
    const login = await send('POST', `${this.url}/api/v1/auth/login/`, {
      headers: jsonHeaders,
      body: JSON.stringify({ username, password }),
    });
    const { key } = login.json as { key: string };
    const found: UpstreamRow[] = [];
    for (let next: string | null = `${this.url}/api/v1/${resource}/?limit=1000`; next !== null;) {
      const page: UpstreamList = (await send('GET', next, { headers: { authorization: `Token ${key}` } }))
        .json as UpstreamList;
      found.push(...page.results);
      next = page.next;
    }
    return found;
  }

  setReasons(reasons: readonly UpstreamReason[]): Promise<unknown> {
    return this.setRows(reasonsResource, reasons);
  }

  changeReason(pk: number, fields: Partial<UpstreamReason>): Promise<unknown> {
    return this.changeRow(reasonsResource, pk, fields);
  }

  removeReason(pk: number): Promise<unknown> {
    return this.removeRow(reasonsResource, pk);
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

  /** How often a page of a resource was asked for. */
  async pagesAsked(resource: string): Promise<number> {
    return (await this.requests()).byResource[resource] ?? 0;
  }

  reasonPagesAsked(): Promise<number> {
    return this.pagesAsked(reasonsResource);
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
    const sent = body === undefined ? {} : { headers: jsonHeaders, body: JSON.stringify(body) };
    const { status, text } = await send(method, `${this.url}/_control/${path}`, sent);
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
