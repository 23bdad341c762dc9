import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { IsNatsUrl, IsUrlWith } from './environment-rules.js';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The environment of every app. */
export class ServiceEnvironment {
  /** NATS, with the user of this app. */
  @IsNatsUrl() NATS_URL!: string;
  /** Address of the operations port. */
  @IsString() OPERATIONS_HOST = '127.0.0.1';
  /** Port of health and metrics, 0 for any. */
  @IsInt() @Min(0) @Max(65_535) OPERATIONS_PORT = 0;
  /** Least level that is logged. */
  @IsIn(logLevels) LOG_LEVEL = 'info';
  /** Time that requests are still answered after the app has said that it ends. */
  @IsInt() @Min(0) @Max(300) SHUTDOWN_DELAY_SECONDS = 0;
  /** Turns the metrics on. */
  @IsBoolean() METRICS = true;
  /** The collector that traces are exported to, by OTLP over HTTP. */
  @IsOptional() @IsUrlWith('http:', 'https:') OTEL_EXPORTER_OTLP_ENDPOINT?: string;
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

export const serviceConfig = (environment: ServiceEnvironment): ServiceConfig => ({
  natsUrl: environment.NATS_URL,
  operationsHost: environment.OPERATIONS_HOST,
  operationsPort: environment.OPERATIONS_PORT,
  logLevel: environment.LOG_LEVEL,
  shutdownDelayMs: environment.SHUTDOWN_DELAY_SECONDS * 1000,
  hasMetrics: environment.METRICS,
  tracesUrl: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
});
