/** The public API, as the demo account uses it. */
export class DemoApi {
  constructor(
    /** The gateway's URL. */
    private readonly gateway: string,
    /** Below it, where a family begins; it ends with a slash. */
    private readonly base: string,
    private readonly authorization: string,
  ) {}

  get(path: string): Promise<Response> {
    return this.ask('GET', path);
  }

  /** @param body what is sent as JSON; without it the request has none */
  post(path: string, body?: unknown): Promise<Response> {
    return this.ask('POST', path, body);
  }

  ask(method: string, path: string, body?: unknown): Promise<Response> {
    const json = body !== undefined && { body: JSON.stringify(body) };
    return fetch(`${this.gateway}${this.base}${path}`, {
      method,
      headers: { authorization: this.authorization, ...(json && { 'content-type': 'application/json' }) },
      ...json,
    });
  }
}

export const omsApi = (gateway: string, token: string): DemoApi =>
  new DemoApi(gateway, '/api/v1/oms/', `Token ${token}`);
export const retailApi = (gateway: string, accessToken: string): DemoApi =>
  new DemoApi(gateway, '/api/v1/', `Bearer ${accessToken}`);
