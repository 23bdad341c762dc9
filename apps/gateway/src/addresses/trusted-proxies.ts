import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ConfigurationError } from '@refundry/service';
import { forwardedHops } from './forwarded-hops.js';

const forwardedValues = ['scheme', 'host', 'port', 'prefix'] as const;

/** A request as it was before the first of our proxies; only the address is validated. */
interface Forwarded extends Partial<Record<(typeof forwardedValues)[number], string | undefined>> {
  client: string;
}

/** The proxies in front of us, whose forwarded headers are believed. */
export class TrustedProxies {
  private readonly trusted = new BlockList();

  /** @param proxies addresses and networks. @throws ConfigurationError */
  constructor(private readonly proxies: readonly string[]) {
    for (const proxy of proxies) this.trust(proxy);
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
    if (isIP(address) === 0) throw new ConfigurationError('TRUSTED_PROXIES must hold addresses and networks.');
    if (prefix === undefined) this.trusted.addAddress(address, familyOf(address));
    else this.trusted.addSubnet(address, Number(prefix), familyOf(address));
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
