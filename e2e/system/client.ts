import { send, type Answer } from './http.js';
import type { Reason, ReasonPage } from './reasons.js';
import { Setup, type Step } from './setup.js';

type HeaderValues = Readonly<Record<string, string>>;

/** The path of the OMS family, below a gateway's address. */
export const omsPath = '/api/v1/oms/';
/** The path of the cancellation reasons, below a gateway's address. */
export const reasonsPath = `${omsPath}cancellation-reasons/`;

/** A page of any list. */
export interface Page<T> {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly T[];
}

/** An API client with a token. It sends a content type and no body, as the documents' samples do. */
export class Client {
  constructor(
    private readonly gateway: () => string,
    readonly token: string,
    /** The account's name. */
    readonly account: string,
    readonly tokenId: number,
  ) {}

  /** @param path absolute, or below the cancellation reasons; a whole URL is taken as it is */
  request(method: string, path: string, headers: HeaderValues = {}, signal?: AbortSignal): Promise<Answer> {
    return send(method, this.address(path), {
      headers: { 'content-type': 'application/json', authorization: `Token ${this.token}`, ...headers },
      ...(signal && { signal }),
    });
  }

  get(path = '', headers?: HeaderValues): Promise<Answer> {
    return this.request('GET', path, headers);
  }

  /** @param body sent as JSON */
  post(path: string, body: unknown, headers: HeaderValues = {}): Promise<Answer> {
    return send('POST', this.address(path), {
      headers: { 'content-type': 'application/json', authorization: `Token ${this.token}`, ...headers },
      body: JSON.stringify(body),
    });
  }

  pull(signal?: AbortSignal): Promise<Answer> {
    return this.request('GET', 'pull_from_omnitron/', {}, signal);
  }

  /** Pulls even when more than half of the reasons would become inactive. */
  forcePull(): Promise<Answer> {
    return this.request('POST', 'pull_from_omnitron/?force=true');
  }

  /** A page of the list. @throws unless the answer is 200 */
  page(query = ''): Promise<ReasonPage> {
    return this.json(query);
  }

  /** Everything the list has, up to 100 reasons for each page, from the first page to the last. */
  async reasons(query = '?page_size=100'): Promise<Reason[]> {
    const found: Reason[] = [];
    for (let next: string | null = query; next !== null;) {
      const page: ReasonPage = await this.page(next);
      found.push(...page.results);
      next = page.next;
    }
    return found;
  }

  /** A step of the setup. */
  setup(step: Step): Setup {
    return new Setup(step, (method, path) => this.request(method, path));
  }

  /**
   * Everything that a list below `/api/v1/oms/` has, from the page that is named to the last.
   *
   * @throws unless all answers are 200
   */
  async rows<T>(list: string): Promise<T[]> {
    const found: T[] = [];
    for (let next: string | null = omsPath + list; next !== null;) {
      const page: Page<T> = await this.json(next);
      found.push(...page.results);
      next = page.next;
    }
    return found;
  }

  /** @throws unless the answer is 200 */
  async json<T>(path: string): Promise<T> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }

  private address(path: string): string {
    if (path.startsWith('http')) return path;
    return this.gateway() + (path.startsWith('/') ? path : reasonsPath + path);
  }
}
