import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** A request as one proxy received it. */
export interface ForwardedHop {
  /** The address it came from; undefined where the proxy names none. */
  readonly sender: string | undefined;
  readonly scheme: string | undefined;
  /** May end in a port. */
  readonly host: string | undefined;
  readonly port: string | undefined;
  /** The path that the proxy has cut off. */
  readonly prefix: string | undefined;
}

const older = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
] as const;

/**
 * The proxies of a request, the nearest first. They are read of `X-Forwarded-…` where there is any such header, else of
 * `Forwarded` (RFC 7239): a proxy that writes the one family usually lets the client's headers of the other pass.
 */
export function* forwardedHops(headers: IncomingHttpHeaders): Generator<ForwardedHop> {
  if (older.some((name) => headers[name] !== undefined)) yield* olderHops(headers);
  else yield* standardHops(headers.forwarded ?? '');
}

function* olderHops(headers: IncomingHttpHeaders): Generator<ForwardedHop> {
  const lists = older.map((name) =>
    String(headers[name] ?? '')
      .split(',')
      .map((value) => value.trim() || undefined),
  );
  const length = Math.max(...lists.map((list) => list.length));
  for (let hop = 1; hop <= length; hop += 1) {
    const [node, scheme, host, port, prefix] = lists.map((list) => list.at(-hop));
    yield { sender: addressIn(node), scheme, host, port, prefix };
  }
}

/** No proxy writes a longer one. */
const maxElement = 512;

/**
 * Read from the end: what a client has put before the elements of our proxies, an open quotation mark for instance,
 * can't change what these say. It ends before the first element that makes no sense.
 */
function* standardHops(header: string): Generator<ForwardedHop> {
  const segments = header.split(',');
  while (segments.length > 0) {
    let text = segments.pop() ?? '';
    let pairs = pairsOf(text);
    // A comma may stand in quotation marks.
    while (!pairs && segments.length > 0 && text.length < maxElement) {
      text = `${segments.pop() ?? ''},${text}`;
      pairs = pairsOf(text);
    }
    if (!pairs) return;
    yield {
      sender: addressIn(pairs.get('for')),
      scheme: pairs.get('proto'),
      host: pairs.get('host'),
      port: undefined,
      prefix: undefined,
    };
  }
}

/** A pair, or none, to the semicolon behind it (RFC 7239 §4). */
const pair = /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)"))?[ \t]*(?:;|$)/y;

/** The parameters of an element, by their names; undefined for what is no element. */
function pairsOf(element: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  pair.lastIndex = 0;
  while (pair.lastIndex < element.length) {
    const match = pair.exec(element);
    if (!match) return undefined;
    const [, name, token, quoted = ''] = match;
    if (name === undefined) continue;
    if (pairs.has(name.toLowerCase())) return undefined;
    pairs.set(name.toLowerCase(), token ?? quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return pairs;
}

const port = String.raw`(?::(?:\d{1,5}|_[\w.-]+))?`;
const [ipv6Node, ipv4Node] = [
  new RegExp(String.raw`^\[([\da-f:.]+)\]${port}$`, 'i'),
  new RegExp(String.raw`^([\d.]+)${port}$`),
];

/**
 * The address in a node (RFC 7239 §6), with or without its port; none in `unknown`, `_hidden` and what is malformed.
 */
function addressIn(node = ''): string | undefined {
  const address = ipv6Node.exec(node)?.[1] ?? ipv4Node.exec(node)?.[1] ?? node;
  return isIP(address) === 0 ? undefined : address;
}
