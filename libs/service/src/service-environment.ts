import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import { ConfigurationError } from './environment.js';

/** The environment of every app. */
export class ServiceEnvironment {
  @StringField({ label: 'NATS, with the user of this app' }) NATS_URL!: string;
  @StringField({ label: 'Address of the operations port', required: false }) OPERATIONS_HOST?: string;
  @IntegerField({ label: 'Port of health and metrics, 0 for any', required: false, minValue: 0, maxValue: 65535 })
  OPERATIONS_PORT?: number;
  @StringField({ label: 'Least level that is logged', required: false }) LOG_LEVEL?: string;
  @IntegerField({
    label: 'How long requests are still answered after the app has said that it ends, in seconds',
    required: false,
    minValue: 0,
    maxValue: 300,
  })
  SHUTDOWN_DELAY_SECONDS?: number;
  @BooleanField({ label: 'Whether anything is measured', required: false }) METRICS?: boolean;
  @StringField({ label: 'Where traces are exported to, by OTLP over HTTP', required: false })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  @StringField({
    label: 'What credentials are sealed with on their way between our processes: 32 bytes in base64',
    required: false,
  })
  WIRE_KEY?: string;
}

export interface ServiceConfig {
  readonly natsUrl: string;
  readonly operationsHost: string;
  readonly operationsPort: number;
  readonly logLevel: string;
  /** From red readiness to the end of new work: as long as those who send it take to notice. */
  readonly shutdownDelayMs?: number;
  /** True unless it is said. */
  readonly hasMetrics?: boolean | undefined;
  /** Without it nothing is traced. */
  readonly tracesUrl?: string | undefined;
  /** For what travels encrypted: the same in all processes that ask or answer it. */
  readonly rpcEncryptionKey?: string | undefined;
}

/** @throws ConfigurationError for an address that can't be one */
export function serviceConfig(environment: ServiceEnvironment): ServiceConfig {
  for (const url of environment.NATS_URL.split(',')) requireUrl('NATS_URL', url, 'nats:', 'tls:');
  return {
    natsUrl: environment.NATS_URL,
    operationsHost: environment.OPERATIONS_HOST ?? '127.0.0.1',
    operationsPort: environment.OPERATIONS_PORT ?? 0,
    logLevel: environment.LOG_LEVEL ?? 'info',
    shutdownDelayMs: (environment.SHUTDOWN_DELAY_SECONDS ?? 0) * 1000,
    hasMetrics: environment.METRICS,
    tracesUrl:
      environment.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : requireUrl('OTEL_EXPORTER_OTLP_ENDPOINT', environment.OTEL_EXPORTER_OTLP_ENDPOINT, 'http:', 'https:'),
    rpcEncryptionKey: environment.WIRE_KEY === undefined ? undefined : requireKey('WIRE_KEY', environment.WIRE_KEY),
  };
}

/** @throws ConfigurationError that names the variable and not its value, which may hold a password */
export function requireUrl(variable: string, text: string, ...protocols: string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new ConfigurationError(
    `${variable} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
  );
}

/** 32 bytes in base64, or several such, separated by commas, while one takes the place of another. @throws ConfigurationError that names the variable and not its value */
export function requireKey(variable: string, text = ''): string {
  if (text.split(',').some((key) => Buffer.from(key, 'base64').length !== 32))
    throw new ConfigurationError(`${variable} must be 32 bytes in base64.`);
  return text;
}
