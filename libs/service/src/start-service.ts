import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Encrypter } from '@refundry/auth';
import { FailureFilter, RpcServer, type RpcRequestMetrics } from '@refundry/messaging';
import { dependencyUp } from './health.js';
import { NestLog, type Log, type Gauge, type Measure } from '@refundry/observability';
import { Metrics } from '@refundry/observability';
import { OperationsServer } from './operations-server.js';
import type { Running } from './run.js';
import type { ServiceConfig } from './service-environment.js';
import { startTracing } from '@refundry/observability';

const maxConcurrentRequests = 500;
const graceMs = 10_000;

interface ServiceOptions {
  /** Also the NATS queue group and the first token of its subjects. */
  name: string;
  config: ServiceConfig;
  module: DynamicModule;
  log: Log;
  /** The dependencies it waits for before it starts, one after the other, by the names of its readiness. */
  waitsFor?: Readonly<Record<string, () => Promise<void>>>;
  /** The dependencies beside NATS, and whether each is available. */
  readiness: (app: INestMicroservice) => Record<string, boolean>;
  /** The metrics of its parts. */
  measures?: (app: INestMicroservice) => readonly Measure[];
}

/** Starts a service: its Nest module behind NATS, and its operations port. */
export async function startService({
  name,
  config,
  module,
  log,
  waitsFor = {},
  readiness,
  measures = () => [],
}: ServiceOptions): Promise<Running> {
  const tracing = await startTracing(name, config.tracesUrl, log);
  const metrics = new Metrics(name, config.hasMetrics);
  const server = new RpcServer({
    url: config.natsUrl,
    name,
    limit: maxConcurrentRequests,
    graceMs,
    observe: observer(metrics),
    encrypter: config.rpcEncryptionKey === undefined ? undefined : new Encrypter(config.rpcEncryptionKey),
  });
  metrics.gauge({
    name: 'wire_requests_in_flight',
    help: 'Requests from NATS that are being worked on',
    labelNames: [],
    read: () => [{ labels: {}, value: server.requestsInFlight }],
  });
  metrics.gauge(callerSkew(server));
  const awaited = Object.fromEntries(Object.keys(waitsFor).map((dependency) => [dependency, false]));
  let app: INestMicroservice | undefined;
  let isAccepting = false;
  const everything = () => ({ nats: server.isUp, ...awaited, ...(app && readiness(app)), accepting: isAccepting });
  metrics.gauge(dependencyUp(everything));
  const operations = await OperationsServer.start({
    host: config.operationsHost,
    port: config.operationsPort,
    metrics,
    readiness: everything,
  });
  log.info({ operations: operations.url, timeZoneData: process.versions.tz }, 'starting');
  try {
    for (const [dependency, arrival] of Object.entries(waitsFor)) {
      await arrival();
      awaited[dependency] = true;
    }
    const starting = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      strategy: server,
      logger: new NestLog(log),
      abortOnError: false,
    });
    starting.useGlobalFilters(new FailureFilter());
    await starting.listen();
    app = starting;
  } catch (error) {
    await operations.close();
    await tracing.stop();
    throw error;
  }
  const started = app;
  isAccepting = true;
  for (const measure of measures(started)) metrics.measure(measure);
  return {
    addresses: { operations: operations.url },
    markNotReady: () => {
      isAccepting = false;
    },
    close: async () => {
      isAccepting = false;
      await started.close();
      await tracing.stop();
      await operations.close();
    },
  };
}

function observer(metrics: Metrics): (handled: RpcRequestMetrics) => void {
  const latency = metrics.latency('wire_request_seconds', 'Requests answered over NATS', ['subject', 'outcome']);
  return ({ subject, seconds, outcome }) => {
    latency(subject, outcome)(seconds);
  };
}

/** Shows operators whether the moments that the gateway stamps are right (docs/operations/clocks.md). */
const callerSkew = (server: RpcServer): Gauge => ({
  name: 'caller_clock_skew_seconds',
  help:
    'How far the clock of the gateway that is farthest ahead is ahead of this one, by the requests since the ' +
    'last scrape; negative where all are behind',
  labelNames: [],
  read: () => {
    const seconds = server.readCallerSkew();
    return seconds === undefined ? [] : [{ labels: {}, value: seconds }];
  },
});
