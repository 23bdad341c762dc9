import { send, type Answer } from './http.js';
import type { Reason, ReasonPage } from './reasons.js';

type HeaderValues = Readonly<Record<string, string>>;

/** The path of the cancellation reasons, below a gateway's address. */
export const reasonsPath = '/api/v1/oms/cancellation-reasons/';

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
    return send(method, this.address(path), { headers: { 'content-type': 'application/json', authorization: `Token ${this.token}`, ...headers }, ...(signal && { signal }) });
  }

  get(path = '', headers?: HeaderValues): Promise<Answer> {
    return this.request('GET', path, headers);
  }

  pull(signal?: AbortSignal): Promise<Answer> {
    return this.request('GET', 'pull_from_omnitron/', {}, signal);
  }

  /** Pulls even when more than half of the reasons would become inactive. */
  forcePull(): Promise<Answer> {
    return this.request('POST', 'pull_from_omnitron/?force=true');
  }

  /** A page of the list. @throws unless the answer is 200 */
  async page(query = ''): Promise<ReasonPage> {
    const answer = await this.get(query);
    if (answer.status !== 200) throw new Error(`GET ${query}: ${answer.status} ${answer.text}`);
    return answer.json as ReasonPage;
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

  private address(path: string): string {
    if (path.startsWith('http')) return path;
    return this.gateway() + (path.startsWith('/') ? path : reasonsPath + path);
  }
}
