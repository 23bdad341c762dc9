/** The public API, as the demo account uses it. */
export class DemoApi {
  constructor(
    /** The gateway's URL. */
    readonly url: string,
    readonly token: string,
  ) {}

  get(path: string): Promise<Response> {
    return this.ask('GET', path);
  }

  post(path: string): Promise<Response> {
    return this.ask('POST', path);
  }

  private ask(method: string, path: string): Promise<Response> {
    return fetch(`${this.url}/api/v1/oms/${path}`, { method, headers: { Authorization: `Token ${this.token}` } });
  }
}
