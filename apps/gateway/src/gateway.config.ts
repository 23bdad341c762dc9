import { IntegerField, StringField } from '@refundry/resource';
import { readEnvironment, requireKey, requireUrl, serviceConfig, ServiceEnvironment, type ServiceConfig } from '@refundry/service';
import { certificateOf, type Certificate } from './http/certificate.js';

class GatewayEnvironment extends ServiceEnvironment {
  @StringField({ label: 'Address to listen on', required: false }) HOST?: string;
  @IntegerField({ label: 'Port to listen on, 0 for any', required: false, minValue: 0, maxValue: 65535 }) PORT?: number;
  @StringField({ label: 'The base of all links, as clients see it', required: false }) PUBLIC_URL?: string;
  @StringField({ label: 'Proxies whose forwarded headers are believed: addresses and networks, separated by commas', required: false }) TRUSTED_PROXIES?: string;
  @StringField({ label: 'The certificate to serve HTTPS with, in PEM', required: false }) TLS_CERTIFICATE?: string;
  @StringField({ label: 'The key of the certificate, in PEM', required: false }) TLS_KEY?: string;
}

export interface GatewayConfig extends ServiceConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined: the forwarded headers of trusted proxies, else the address it listens on. */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  /** Without one the gateway serves plain HTTP. */
  readonly certificate?: Certificate | undefined;
}

/** Nest's token for the configuration. */
export const gatewayConfigToken = Symbol('GatewayConfig');

export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const { HOST, PORT, PUBLIC_URL, TRUSTED_PROXIES = '', TLS_CERTIFICATE, TLS_KEY, ...variables } = readEnvironment(GatewayEnvironment, environment);
  if (PUBLIC_URL !== undefined) requireUrl('PUBLIC_URL', PUBLIC_URL, 'http:', 'https:');
  return {
    ...serviceConfig(variables),
    wireKey: requireKey('WIRE_KEY', variables.WIRE_KEY),
    host: HOST ?? '127.0.0.1',
    port: PORT ?? 8080,
    publicUrl: PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: TRUSTED_PROXIES.split(',').map((text) => text.trim()).filter((text) => text !== ''),
    certificate: certificateOf(TLS_CERTIFICATE, TLS_KEY),
  };
}
