import { IsBoolean, IsInt, IsNumber, IsOptional, IsString, Max, Min } from 'class-validator';
import {
  IsEncryptionKey,
  IsUrlWith,
  readEnvironment,
  serviceConfig,
  ServiceEnvironment,
  type ServiceConfig,
} from '@refundry/service';
import { certificateOf, IsOfCertificate, type Certificate } from './http/certificate.js';
import type { TraceOptions } from './http/request-traces.js';
import { IsListOfProxies, TrustedProxies } from './addresses/trusted-proxies.js';
import { connectionLimits, connectionsPerAddress } from './limits/connection-limits.js';
import { defaultLimits, type LimitsConfig } from './limits/limits.js';

const ratio = { message: '$property must be a number from 0 to 1' };

class GatewayEnvironment extends ServiceEnvironment {
  /** Encrypts credentials on their way between the gateway and accounts. */
  @IsEncryptionKey() WIRE_KEY!: string;
  /** Address to listen on. */
  @IsString() HOST = '127.0.0.1';
  /** Port to listen on, 0 for any. */
  @IsInt() @Min(0) @Max(65_535) PORT = 8080;
  /** The base of all links, as clients see it. */
  @IsOptional() @IsUrlWith('http:', 'https:') PUBLIC_URL?: string;
  /** Proxies whose forwarded headers are believed: addresses and networks, separated by commas. */
  @IsListOfProxies() TRUSTED_PROXIES = '';
  /** The certificate to serve HTTPS with, in PEM. */
  @IsOptional() @IsOfCertificate() TLS_CERTIFICATE?: string;
  /** The key of the certificate, in PEM. */
  @IsOptional() @IsOfCertificate() TLS_KEY?: string;
  /** Requests of each credential, 0 for any number. */
  @IsInt() @Min(0) REQUESTS_PER_SECOND = defaultLimits.requestsPerSecond;
  /** Requests at once of each credential, after a silence. */
  @IsInt() @Min(1) REQUESTS_BURST = defaultLimits.requestsBurst;
  /** Requests of each address that need no credential, 0 for any number. */
  @IsInt() @Min(0) OPEN_REQUESTS_PER_SECOND = defaultLimits.anonymousRequestsPerSecond;
  /** Refused credentials of each address, 0 for any number. */
  @IsInt() @Min(0) REFUSED_CREDENTIALS_PER_SECOND = defaultLimits.failedAuthPerSecond;
  /** Requests under way at once. */
  @IsInt() @Min(1) MAX_REQUESTS_IN_FLIGHT = defaultLimits.requestsInFlight;
  /** Requests under way at once for one account; a quarter of all without it. */
  @IsOptional() @IsInt() @Min(1) MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT?: number;
  /** Requests worked on at once for one account. */
  @IsInt() @Min(1) REQUESTS_WORKED_ON_PER_ACCOUNT = defaultLimits.maxConcurrentRequestsPerAccount;
  /** Connections at once, 0 for any number. */
  @IsInt() @Min(0) MAX_CONNECTIONS = connectionLimits.connections;
  /** Connections at once of one address, 0 for any number; an eighth of all without it. */
  @IsOptional() @IsInt() @Min(0) MAX_CONNECTIONS_PER_ADDRESS?: number;
  /** Share of the requests that is traced. */
  @IsNumber({}, ratio) @Min(0, ratio) @Max(1, ratio) OTEL_TRACES_SAMPLER_ARG = 0.01;
  /** Traces every request whose caller wants it. */
  @IsBoolean() TRUST_TRACEPARENT = false;
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

export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const variables = readEnvironment(GatewayEnvironment, environment);
  return {
    ...serviceConfig(variables),
    rpcEncryptionKey: variables.WIRE_KEY,
    // For `localhost` there would be a second server, at the other loopback address, that knows no limits.
    host: variables.HOST === 'localhost' ? '127.0.0.1' : variables.HOST,
    port: variables.PORT,
    publicUrl: variables.PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: TrustedProxies.of(variables.TRUSTED_PROXIES),
    certificate: certificateOf(variables),
    connections: variables.MAX_CONNECTIONS,
    connectionsPerAddress: variables.MAX_CONNECTIONS_PER_ADDRESS ?? connectionsPerAddress(variables.MAX_CONNECTIONS),
    limits: limitsIn(variables),
    traces: { ratio: variables.OTEL_TRACES_SAMPLER_ARG, trustsCallers: variables.TRUST_TRACEPARENT },
  };
}

const limitsIn = (variables: GatewayEnvironment): LimitsConfig => ({
  requestsPerSecond: variables.REQUESTS_PER_SECOND,
  requestsBurst: variables.REQUESTS_BURST,
  anonymousRequestsPerSecond: variables.OPEN_REQUESTS_PER_SECOND,
  failedAuthPerSecond: variables.REFUSED_CREDENTIALS_PER_SECOND,
  requestsInFlight: variables.MAX_REQUESTS_IN_FLIGHT,
  requestsInFlightOfAccount:
    variables.MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT ?? Math.ceil(variables.MAX_REQUESTS_IN_FLIGHT * accountsPart),
  maxConcurrentRequestsPerAccount: variables.REQUESTS_WORKED_ON_PER_ACCOUNT,
});
