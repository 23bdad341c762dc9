import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import {
  ConfigurationError,
  readEnvironment,
  requireKey,
  requireUrl,
  serviceConfig,
  ServiceEnvironment,
  type ServiceConfig,
} from '@refundry/service';
import { certificateOf, type Certificate } from './http/certificate.js';
import type { TraceOptions } from './http/request-traces.js';
import { TrustedProxies } from './addresses/trusted-proxies.js';
import { connectionLimits, connectionsPerAddress } from './limits/connection-limits.js';
import { defaultLimits, type LimitsConfig } from './limits/limits.js';

class GatewayEnvironment extends ServiceEnvironment {
  @StringField({ label: 'Address to listen on', required: false }) HOST?: string;
  @IntegerField({ label: 'Port to listen on, 0 for any', required: false, minValue: 0, maxValue: 65535 }) PORT?: number;
  @StringField({ label: 'The base of all links, as clients see it', required: false }) PUBLIC_URL?: string;
  @StringField({
    label: 'Proxies whose forwarded headers are believed: addresses and networks, separated by commas',
    required: false,
  })
  TRUSTED_PROXIES?: string;
  @StringField({ label: 'The certificate to serve HTTPS with, in PEM', required: false }) TLS_CERTIFICATE?: string;
  @StringField({ label: 'The key of the certificate, in PEM', required: false }) TLS_KEY?: string;
  @IntegerField({ label: 'Requests a second of each credential, 0 for any number', required: false, minValue: 0 })
  REQUESTS_PER_SECOND?: number;
  @IntegerField({ label: 'Requests at once of each credential, after a silence', required: false, minValue: 1 })
  REQUESTS_BURST?: number;
  @IntegerField({
    label: 'Requests a second of each address that need no credential, 0 for any number',
    required: false,
    minValue: 0,
  })
  OPEN_REQUESTS_PER_SECOND?: number;
  @IntegerField({
    label: 'Refused credentials a second of each address, 0 for any number',
    required: false,
    minValue: 0,
  })
  REFUSED_CREDENTIALS_PER_SECOND?: number;
  @IntegerField({ label: 'Requests under way at once', required: false, minValue: 1 }) MAX_REQUESTS_IN_FLIGHT?: number;
  @IntegerField({ label: 'Requests under way at once for one account', required: false, minValue: 1 })
  MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT?: number;
  @IntegerField({ label: 'Requests worked on at once for one account', required: false, minValue: 1 })
  REQUESTS_WORKED_ON_PER_ACCOUNT?: number;
  @IntegerField({ label: 'Connections at once, 0 for any number', required: false, minValue: 0 })
  MAX_CONNECTIONS?: number;
  @IntegerField({ label: 'Connections at once of one address, 0 for any number', required: false, minValue: 0 })
  MAX_CONNECTIONS_PER_ADDRESS?: number;
  @StringField({ label: 'Which share of the requests is traced, from 0 to 1', required: false })
  OTEL_TRACES_SAMPLER_ARG?: string;
  @BooleanField({ label: 'Whether everything is traced that a caller wants to be', required: false })
  TRUST_TRACEPARENT?: boolean;
}

export interface GatewayConfig extends ServiceConfig {
  readonly host: string;
  readonly port: number;
  /**
   * Without a slash at its end; undefined: the forwarded headers of trusted proxies, else the address it listens on.
   */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: TrustedProxies;
  /** Without one the gateway serves plain HTTP. */
  readonly certificate?: Certificate | undefined;
  readonly connections: number;
  readonly connectionsPerAddress?: number;
  readonly limits: LimitsConfig;
  /** Tells whether anything is traced. */
  readonly traces?: TraceOptions;
}

/** The part of the requests under way that one account may have, where only their number is said. */
const accountsPart = 1 / 4;

const defaultRatio = 0.01;

export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const {
    HOST,
    PORT,
    PUBLIC_URL,
    TRUSTED_PROXIES = '',
    TLS_CERTIFICATE,
    TLS_KEY,
    OTEL_TRACES_SAMPLER_ARG,
    TRUST_TRACEPARENT = false,
    ...variables
  } = readEnvironment(GatewayEnvironment, environment);
  const connections = variables.MAX_CONNECTIONS ?? connectionLimits.connections;
  if (PUBLIC_URL !== undefined) requireUrl('PUBLIC_URL', PUBLIC_URL, 'http:', 'https:');
  return {
    ...serviceConfig(variables),
    rpcEncryptionKey: requireKey('WIRE_KEY', variables.WIRE_KEY),
    // For `localhost` there would be a second server, at the other loopback address, that knows no limits.
    host: HOST === undefined || HOST === 'localhost' ? '127.0.0.1' : HOST,
    port: PORT ?? 8080,
    publicUrl: PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: new TrustedProxies(
      TRUSTED_PROXIES.split(',')
        .map((text) => text.trim())
        .filter((text) => text !== ''),
    ),
    certificate: certificateOf(TLS_CERTIFICATE, TLS_KEY),
    connections,
    connectionsPerAddress: variables.MAX_CONNECTIONS_PER_ADDRESS ?? connectionsPerAddress(connections),
    limits: limitsIn(variables),
    traces: {
      ratio:
        OTEL_TRACES_SAMPLER_ARG === undefined
          ? defaultRatio
          : requireRatio('OTEL_TRACES_SAMPLER_ARG', OTEL_TRACES_SAMPLER_ARG),
      trustsCallers: TRUST_TRACEPARENT,
    },
  };
}

function limitsIn(variables: Partial<GatewayEnvironment>): LimitsConfig {
  const requestsInFlight = variables.MAX_REQUESTS_IN_FLIGHT ?? defaultLimits.requestsInFlight;
  return {
    requestsPerSecond: variables.REQUESTS_PER_SECOND ?? defaultLimits.requestsPerSecond,
    requestsBurst: variables.REQUESTS_BURST ?? defaultLimits.requestsBurst,
    anonymousRequestsPerSecond: variables.OPEN_REQUESTS_PER_SECOND ?? defaultLimits.anonymousRequestsPerSecond,
    failedAuthPerSecond: variables.REFUSED_CREDENTIALS_PER_SECOND ?? defaultLimits.failedAuthPerSecond,
    requestsInFlight,
    requestsInFlightOfAccount:
      variables.MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT ?? Math.ceil(requestsInFlight * accountsPart),
    maxConcurrentRequestsPerAccount:
      variables.REQUESTS_WORKED_ON_PER_ACCOUNT ?? defaultLimits.maxConcurrentRequestsPerAccount,
  };
}

/** @throws ConfigurationError */
function requireRatio(variable: string, text: string): number {
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigurationError(`${variable} must be a number from 0 to 1.`);
}
