import type { Page } from './client.js';
import { send, type Answer } from './http.js';

type HeaderValues = Readonly<Record<string, string>>;

/** The path of the retail family, below a gateway's address. */
export const retailPath = '/api/v1/';

/** A retail client. It sends `{}` with what has no body of its own, as the existing one does. */
export class RetailClient {
  constructor(
    private readonly gateway: () => string,
    readonly token: string,
    /** The account's name. */
    readonly account: string,
  ) {}

  /** @param path below `/api/v1/`, or a whole URL; @param body sent as JSON, unless it is text or bytes already */
  request(method: string, path: string, body: unknown = {}, headers: HeaderValues = {}): Promise<Answer> {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const length = String(Buffer.byteLength(bytes));
    return send(method, this.address(path), {
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'content-length': length,
        ...headers,
      },
      body: bytes,
    });
  }

  get(path: string, headers?: HeaderValues): Promise<Answer> {
    return this.request('GET', path, {}, headers);
  }

  post(path: string, body: unknown, headers?: HeaderValues): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  /** The answer of a path. @throws unless it is 200 */
  async json<T>(path: string): Promise<T> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }

  /** Everything that a list has. @throws unless all answers are 200 */
  async rows<T>(list: string): Promise<T[]> {
    const found: T[] = [];
    for (let next: string | null = list; next !== null;) {
      const page: Page<T> = await this.json(next);
      found.push(...page.results);
      next = page.next;
    }
    return found;
  }

  private address(path: string): string {
    return path.startsWith('http') ? path : this.gateway() + retailPath + path;
  }
}
