import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Vault } from '@refundry/auth';
import { FailureFilter, WireServer, type Handled } from '@refundry/messaging';
import { type Log, NestLog } from './log.js';
import { Metrics, type Gauge } from './metrics.js';
import { OperationsServer } from './operations-server.js';
import type { Running } from './run.js';
import type { ServiceConfig } from './service-environment.js';

const requestsAtOnce = 500;
const graceMs = 10_000;

interface ServiceOptions {
  /** Also the NATS queue group and the first token of its subjects. */
  name: string;
  config: ServiceConfig;
  module: DynamicModule;
  log: Log;
  /** What it waits for before it starts, one after the other, by the names of its readiness. */
  waitsFor?: Readonly<Record<string, () => Promise<void>>>;
  /** What it needs beside NATS, and whether it is there. */
  readiness: (app: INestMicroservice) => Record<string, boolean>;
  gauges?: (app: INestMicroservice) => readonly Gauge[];
}

/** Starts a service: its Nest module behind NATS, and its operations port. */
export async function startService({ name, config, module, log, waitsFor = {}, readiness, gauges = () => [] }: ServiceOptions): Promise<Running> {
  const metrics = new Metrics(name);
  const server = new WireServer({ url: config.natsUrl, name, limit: requestsAtOnce, graceMs, observe: observer(metrics), vault: config.wireKey === undefined ? undefined : new Vault(config.wireKey) });
  const awaited = Object.fromEntries(Object.keys(waitsFor).map((dependency) => [dependency, false]));
  let app: INestMicroservice | undefined;
  let isAccepting = false;
  const operations = await OperationsServer.start({
    host: config.operationsHost,
    port: config.operationsPort,
    metrics,
    readiness: () => ({ nats: server.isUp, ...awaited, ...(app && readiness(app)), accepting: isAccepting }),
  });
  log.info({ operations: operations.url }, 'starting');
  try {
    for (const [dependency, arrival] of Object.entries(waitsFor)) {
      await arrival();
      awaited[dependency] = true;
    }
    const starting = await NestFactory.createMicroservice<MicroserviceOptions>(module, { strategy: server, logger: new NestLog(log), abortOnError: false });
    starting.useGlobalFilters(new FailureFilter());
    await starting.listen();
    app = starting;
  } catch (error) {
    await operations.close();
    throw error;
  }
  const started = app;
  isAccepting = true;
  for (const gauge of gauges(started)) metrics.gauge(gauge);
  return {
    addresses: { operations: operations.url },
    withdraw: () => { isAccepting = false; },
    close: async () => {
      isAccepting = false;
      await started.close();
      await operations.close();
    },
  };
}

function observer(metrics: Metrics): (handled: Handled) => void {
  const latency = metrics.latency('wire_request_seconds', 'Requests answered over NATS', ['subject', 'outcome']);
  return ({ subject, seconds, outcome }) => { latency({ subject, outcome })(seconds); };
}
