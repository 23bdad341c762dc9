import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import { ConfigurationError, readEnvironment, requireKey, requireUrl, serviceConfig, ServiceEnvironment, type ServiceConfig } from '@refundry/service';
import type { TraceOptions } from './http/request-traces.js';

class GatewayEnvironment extends ServiceEnvironment {
  @StringField({ label: 'Address to listen on', required: false }) HOST?: string;
  @IntegerField({ label: 'Port to listen on, 0 for any', required: false, minValue: 0, maxValue: 65535 }) PORT?: number;
  @StringField({ label: 'The base of all links, as clients see it', required: false }) PUBLIC_URL?: string;
  @StringField({ label: 'Proxies whose forwarded headers are believed: addresses and networks, separated by commas', required: false }) TRUSTED_PROXIES?: string;
  @StringField({ label: 'Which share of the requests is traced, from 0 to 1', required: false }) OTEL_TRACES_SAMPLER_ARG?: string;
  @BooleanField({ label: 'Whether everything is traced that a caller wants to be', required: false }) TRUST_TRACEPARENT?: boolean;
}

export interface GatewayConfig extends ServiceConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined: the forwarded headers of trusted proxies, else the address it listens on. */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  /** Where anything is traced. */
  readonly traces?: TraceOptions;
}

const ordinaryRatio = 0.01;

/** Nest's token for the configuration. */
export const gatewayConfigToken = Symbol('GatewayConfig');

export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const { HOST, PORT, PUBLIC_URL, TRUSTED_PROXIES = '', OTEL_TRACES_SAMPLER_ARG, TRUST_TRACEPARENT = false, ...variables } = readEnvironment(GatewayEnvironment, environment);
  if (PUBLIC_URL !== undefined) requireUrl('PUBLIC_URL', PUBLIC_URL, 'http:', 'https:');
  return {
    ...serviceConfig(variables),
    wireKey: requireKey('WIRE_KEY', variables.WIRE_KEY),
    host: HOST ?? '127.0.0.1',
    port: PORT ?? 8080,
    publicUrl: PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: TRUSTED_PROXIES.split(',').map((text) => text.trim()).filter((text) => text !== ''),
    traces: { ratio: OTEL_TRACES_SAMPLER_ARG === undefined ? ordinaryRatio : requireRatio('OTEL_TRACES_SAMPLER_ARG', OTEL_TRACES_SAMPLER_ARG), believesCallers: TRUST_TRACEPARENT },
  };
}

/** @throws ConfigurationError */
function requireRatio(variable: string, text: string): number {
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigurationError(`${variable} must be a number from 0 to 1.`);
}
