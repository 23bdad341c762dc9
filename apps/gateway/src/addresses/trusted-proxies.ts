import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ValidateBy } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { forwardedHops } from './forwarded-hops.js';

const forwardedValues = ['scheme', 'host', 'port', 'prefix'] as const;

/** A request as it was before the first of our proxies; only the address is validated. */
interface Forwarded extends Partial<Record<(typeof forwardedValues)[number], string | undefined>> {
  client: string;
}

/** The proxies in front of us, whose forwarded headers are believed. */
export class TrustedProxies {
  private readonly trusted = new BlockList();

  /** @param proxies addresses and networks. @throws Error when one is neither */
  constructor(private readonly proxies: readonly string[]) {
    for (const proxy of proxies) this.trust(proxy);
  }

  /** Reads addresses and networks, separated by commas. @throws Error when one is neither */
  static of(list: string): TrustedProxies {
    const proxies = list.split(',').map((text) => text.trim());
    return new TrustedProxies(proxies.filter((text) => text !== ''));
  }

  get isEmpty(): boolean {
    return this.proxies.length === 0;
  }

  includes(address: string): boolean {
    return !this.isEmpty && isIP(address) !== 0 && this.trusted.check(address, familyOf(address));
  }

  /** The address a request came from: of those that forwarded it, the nearest that isn't ours. */
  clientOf(request: IncomingMessage): string {
    return this.forwarded(request).client;
  }

  /**
   * Reads the forwarded headers of a request, from the nearest proxy outwards, as far as each is forwarded by a trusted
   * one. Of several values the outermost proxy's counts, since it alone has received the client's own request.
   */
  forwarded({ headers, socket }: IncomingMessage): Forwarded {
    const said: Forwarded = { client: socket.remoteAddress ?? '' };
    if (!this.includes(said.client)) return said;
    for (const { sender, ...values } of forwardedHops(headers)) {
      for (const name of forwardedValues) said[name] = values[name] ?? said[name];
      if (sender === undefined) break;
      said.client = sender;
      if (!this.includes(sender)) break;
    }
    return said;
  }

  private trust(proxy: string): void {
    const [address = '', prefix] = proxy.split('/');
    const isNetwork = prefix !== undefined && ipaddr.isValidCIDR(proxy);
    if (isIP(address) === 0 || (prefix !== undefined && !isNetwork))
      throw new Error(`${proxy} is no address and no network`);
    if (isNetwork) this.trusted.addSubnet(address, Number(prefix), familyOf(address));
    else this.trusted.addAddress(address, familyOf(address));
  }
}

/** A variable that `TrustedProxies.of` can read. */
export const IsListOfProxies = (): PropertyDecorator =>
  ValidateBy({
    name: 'isListOfProxies',
    validator: { validate: isListOfProxies, defaultMessage: () => '$property must hold addresses and networks' },
  });

function isListOfProxies(list: string): boolean {
  try {
    TrustedProxies.of(list);
    return true;
  } catch {
    return false;
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
