import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '@refundry/service';
import { gatewayConfigToken, type GatewayConfig } from '../gateway.config.js';

const hostPattern = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The base of the links we hand out. It never comes from a raw `Host`, which any client can forge. */
@Injectable()
export class PublicAddress {
  private readonly trusted = new BlockList();
  private own: string;

  constructor(@Inject(gatewayConfigToken) private readonly config: GatewayConfig) {
    this.own = `http://${config.host}:${config.port}`;
    for (const proxy of config.trustedProxies) this.trust(proxy);
  }

  /** Told once the port is known. */
  listeningOn(url: string): void {
    this.own = url;
  }

  /** Without a slash at its end. */
  baseFor({ headers, socket }: IncomingMessage): string {
    if (this.config.publicUrl !== undefined) return this.config.publicUrl;
    const forwardedHost = lastOf(headers['x-forwarded-host']);
    if (forwardedHost === '' || !this.isTrusted(socket.remoteAddress ?? '') || !hostPattern.test(forwardedHost)) return this.own;
    return `${lastOf(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http'}://${forwardedHost}`;
  }

  private trust(proxy: string): void {
    const [address = '', prefix] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) throw new ConfigurationError('TRUSTED_PROXIES must hold addresses and networks.');
    if (prefix === undefined) this.trusted.addAddress(address, family);
    else this.trusted.addSubnet(address, Number(prefix), family);
  }

  private isTrusted(address: string): boolean {
    return this.config.trustedProxies.length > 0 && isIP(address) !== 0 && this.trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Of several proxies the nearest wrote last. */
const lastOf = (header: string | string[] | undefined): string => String(header ?? '').split(',').at(-1)?.trim() ?? '';
