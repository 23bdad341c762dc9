import type { Dialect } from '../dialects/dialect.js';

/** Where pages link to: to pages again, on the host that the browser talks to already. */
export class PageLinks {
  /** What the public address has before our paths; usually nothing. */
  private readonly prefix: string;

  /** @param base our public address, without a slash at its end */
  constructor(
    private readonly base: string,
    private readonly dialect: Dialect,
  ) {
    this.prefix = new URL(base).pathname.replace(/\/$/, '');
  }

  /** To a path of ours that isn't shown as a page. */
  toFile(path: string): string {
    return this.prefix + path;
  }

  /** To the page of what is answered at a path. */
  toPage(path: string, query = ''): string {
    const parameters = new URLSearchParams(query);
    if (!this.dialect.showsPagesToBrowsers) parameters.set('format', 'api');
    return this.prefix + withQuery(path, parameters);
  }

  /** To the page of what is answered at an address; undefined where that isn't ours. */
  toAddress(url: string): string | undefined {
    // What begins with two slashes, or with a backslash behind one, is another host to a browser.
    if (!url.startsWith(`${this.base}/`) || /^[\\/]/.test(url.slice(this.base.length + 1))) return undefined;
    const [path = '', query] = url.slice(this.base.length).split('?', 2);
    return this.toPage(path, query);
  }
}

/** A path with a query, if there is any. */
export const withQuery = (path: string, parameters: URLSearchParams): string => (parameters.size > 0 ? `${path}?${parameters.toString()}` : path);
