import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ConfigurationError } from '@refundry/service';

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
  clientOf({ headers, socket }: IncomingMessage): string {
    let address = socket.remoteAddress ?? '';
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    while (this.includes(address)) {
      const before = forwarded.pop()?.trim() ?? '';
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  private trust(proxy: string): void {
    const [address = '', prefix] = proxy.split('/');
    if (isIP(address) === 0) throw new ConfigurationError('TRUSTED_PROXIES must hold addresses and networks.');
    if (prefix === undefined) this.trusted.addAddress(address, familyOf(address));
    else this.trusted.addSubnet(address, Number(prefix), familyOf(address));
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
