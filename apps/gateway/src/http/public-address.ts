import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { gatewayConfigToken, type GatewayConfig } from '../gateway.config.js';

const hostPattern = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The base of the links we hand out. It never comes from a raw `Host`, which any client can forge. */
@Injectable()
export class PublicAddress {
  private own: string;

  constructor(@Inject(gatewayConfigToken) private readonly config: GatewayConfig) {
    this.own = `http://${config.host}:${config.port}`;
  }

  /** Told once the port is known. */
  listeningOn(url: string): void {
    this.own = url;
  }

  /** Without a slash at its end. */
  baseFor({ headers, socket }: IncomingMessage): string {
    if (this.config.publicUrl !== undefined) return this.config.publicUrl;
    const forwardedHost = lastOf(headers['x-forwarded-host']);
    if (forwardedHost === '' || !this.config.trustedProxies.includes(socket.remoteAddress ?? '') || !hostPattern.test(forwardedHost)) return this.own;
    const base = `${lastOf(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http'}://${forwardedHost}`;
    return URL.canParse(base) ? base : this.own;
  }
}

/** Of several proxies the nearest wrote last. */
const lastOf = (header: string | string[] | undefined): string => String(header ?? '').split(',').at(-1)?.trim() ?? '';
