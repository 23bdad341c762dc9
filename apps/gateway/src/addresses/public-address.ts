import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './trusted-proxies.js';

interface PublicAddressOptions {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined where it follows from the request. */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: TrustedProxies;
}

const hostPattern = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
/** Of a name (RFC 1035 §2.3.4) and its port. */
const maxHost = 255 + ':65535'.length;
const schemePorts: readonly string[] = ['80', '443'];
/** Segments, none of them `.` or `..`, also in other letters, and no slash or backslash in disguise. */
const prefixPattern = /^(?:\/(?!\.{1,2}(?:\/|$))(?:[\w.~-]|%(?!2[ef]|5c)[\da-f]{2})+)+\/*$/i;
const maxPrefix = 200;

/** The base of the links we hand out. It never comes from a raw `Host`, which any client can forge. */
export class PublicAddress {
  private own: string;

  constructor(private readonly options: PublicAddressOptions) {
    this.own = `http://${options.host}:${options.port}`;
  }

  /** Told once the port is known. */
  listeningOn(url: string): void {
    this.own = url;
  }

  /** Without a slash at its end. */
  baseFor(request: IncomingMessage): string {
    if (this.options.publicUrl !== undefined) return this.options.publicUrl;
    const { host = '', scheme = '', port, prefix } = this.options.trustedProxies.forwarded(request);
    if (host.length > maxHost || !hostPattern.test(host)) return this.own;
    const base = `${scheme.toLowerCase() === 'https' ? 'https' : 'http'}://${host}${portBehind(host, port)}`;
    return URL.canParse(base) ? base + safePrefix(prefix) : this.own;
  }
}

/**
 * The port that a proxy names, where the host has none. 80 and 443 go without saying: the other scheme's is that of a
 * proxy behind.
 */
function portBehind(host: string, port = ''): string {
  const hasPort = /:\d+$/.test(host);
  return hasPort || !/^[1-9]\d{0,4}$/.test(port) || schemePorts.includes(port) ? '' : `:${port}`;
}

/** A path that no client reads as anything else, without a slash at its end; anything else is none. */
const safePrefix = (prefix = ''): string =>
  prefix.length <= maxPrefix && prefixPattern.test(prefix) ? prefix.replace(/\/+$/, '') : '';
