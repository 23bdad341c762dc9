import type { Dialect } from '../families/dialect.js';

/** The targets of a page's links: to pages again, on the host that the browser talks to already. */
export class PageLinks {
  private readonly origin: string;
  /** The path of the public address before our paths; usually nothing. */
  private readonly prefix: string;

  /** @param base our public address, without a slash at its end */
  constructor(
    base: string,
    private readonly dialect: Dialect,
  ) {
    const { origin, pathname } = new URL(base);
    this.origin = origin;
    this.prefix = pathname.replace(/\/$/, '');
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

  /** To the page of what is answered at an address, read as a browser reads it; undefined for any other text. */
  toAddress(text: string): string | undefined {
    const url = URL.parse(text);
    // The origin of `blob:https://…` is that of the address within, and a path that begins with two slashes is another
    // host.
    if (
      !url ||
      !/^https?:$/.test(url.protocol) ||
      url.origin !== this.origin ||
      url.username !== '' ||
      url.password !== ''
    )
      return undefined;
    if (!url.pathname.startsWith(`${this.prefix}/`) || url.pathname.startsWith(`${this.prefix}//`)) return undefined;
    return this.toPage(url.pathname.slice(this.prefix.length), url.search);
  }
}

/** A path with a query, if there is any. */
export const withQuery = (path: string, parameters: URLSearchParams): string =>
  parameters.size > 0 ? `${path}?${parameters.toString()}` : path;
