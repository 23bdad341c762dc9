import { env } from 'node:process';
import type { Server as TlsServer } from 'node:tls';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Encrypter } from '@refundry/auth';
import { RpcClient } from '@refundry/messaging';
import { Metrics, NestLog, startTracing, type Log } from '@refundry/observability';
import { dependencyUp, OperationsServer, type App, type Readiness, type Running } from '@refundry/service';
import { gatewayConfig, type GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { recordRequests } from './http/access-log.js';
import { renewCertificate } from './http/certificate-renewal.js';
import { fastifyAdapter } from './http/fastify-adapter.js';
import { drain, closeAfterResponses } from './http/graceful-shutdown.js';
import { PublicAddress } from './addresses/public-address.js';
import { traceRequests } from './http/request-traces.js';
import { Limits } from './limits/limits.js';

/** More requests than this at once would only wait in each other's way. */
const maxConcurrentRequests = 1000;

export const gatewayApp: App<GatewayConfig> = { name: 'gateway', readConfig: () => gatewayConfig(env), serve };

async function serve(config: GatewayConfig, log: Log): Promise<Running> {
  const tracing = await startTracing('gateway', config.tracesUrl, log);
  const metrics = new Metrics('gateway', config.hasMetrics);
  let readiness: Readiness = () => ({ nats: false, accepting: false });
  metrics.gauge(dependencyUp(() => readiness()));
  const operations = await OperationsServer.start({
    host: config.operationsHost,
    port: config.operationsPort,
    readiness: () => readiness(),
    metrics,
  });
  log.info({ operations: operations.url, timeZoneData: process.versions.tz }, 'starting');
  const calls = metrics.latency('wire_call_seconds', 'Services asked over NATS', ['service', 'outcome']);
  const rpc = await RpcClient.open({
    url: config.natsUrl,
    name: 'gateway',
    limit: maxConcurrentRequests,
    encrypter: config.rpcEncryptionKey === undefined ? undefined : new Encrypter(config.rpcEncryptionKey),
    observe: ({ service, seconds, outcome }) => {
      calls(service, outcome)(seconds);
    },
  });
  let isAccepting = true;
  readiness = () => ({ nats: rpc.isUp, accepting: isAccepting });
  const limits = new Limits({
    config: config.limits,
    trustedProxies: config.trustedProxies,
    countRefused: metrics.counter('http_requests_refused_total', 'Requests refused for how much was asked', ['reason']),
  });
  const adapter = fastifyAdapter(config.certificate, {
    connections: config.connections,
    connectionsPerAddress: config.connectionsPerAddress ?? 0,
    isProxy: (address) => config.trustedProxies.includes(address),
  });
  limits.loadShedder.watch(adapter.getInstance().server);
  if (tracing.isOn && config.traces) traceRequests(adapter.getInstance(), config.traces);
  recordRequests(adapter.getInstance(), { log, metrics, addressOf: (request) => limits.addressOf(request) });
  closeAfterResponses(adapter.getInstance(), () => !isAccepting);
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.with(config, rpc, readiness, limits),
    adapter,
    { logger: new NestLog(log), bodyParser: false, abortOnError: false },
  );
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  app.get(PublicAddress).listeningOn(url);
  if (!isLoopback(config.host) && config.publicUrl === undefined && config.trustedProxies.isEmpty)
    log.warn(`Links will begin with ${url}, which clients may not reach: set PUBLIC_URL or TRUSTED_PROXIES.`);
  if (config.certificate)
    renewCertificate(adapter.getHttpServer<TlsServer>(), config.certificate, () => gatewayConfig(env).certificate, log);
  return {
    addresses: { url, operations: operations.url },
    markNotReady: () => {
      isAccepting = false;
    },
    close: async () => {
      isAccepting = false;
      await drain(app, rpc);
      await tracing.stop();
      await operations.close();
    },
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
