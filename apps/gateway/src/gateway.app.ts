import { env } from 'node:process';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@refundry/auth';
import { WireClient } from '@refundry/messaging';
import { dependencyUp, Metrics, NestLog, OperationsServer, startTracing, type App, type Log, type Running } from '@refundry/service';
import { gatewayConfig, type GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { recordRequests } from './http/access-log.js';
import { fastifyAdapter } from './http/fastify-adapter.js';
import { PublicAddress } from './http/public-address.js';
import { traceRequests } from './http/request-traces.js';

/** More requests than this at once would only wait in each other's way. */
const requestsAtOnce = 1000;

export const gatewayApp: App<GatewayConfig> = { name: 'gateway', readConfig: () => gatewayConfig(env), serve };

async function serve(config: GatewayConfig, log: Log): Promise<Running> {
  const tracing = await startTracing('gateway', config.tracesUrl, log);
  const metrics = new Metrics('gateway', config.hasMetrics);
  const calls = metrics.latency('wire_call_seconds', 'Services asked over NATS', ['service', 'outcome']);
  const wire = await WireClient.open({ url: config.natsUrl, name: 'gateway', limit: requestsAtOnce, vault: config.wireKey === undefined ? undefined : new Vault(config.wireKey), observe: ({ service, seconds, outcome }) => { calls(service, outcome)(seconds); } });
  let isAccepting = true;
  const readiness = () => ({ nats: wire.isUp, accepting: isAccepting });
  metrics.gauge(dependencyUp(readiness));
  const adapter = fastifyAdapter();
  if (tracing.isOn && config.traces) traceRequests(adapter.getInstance(), config.traces);
  recordRequests(adapter.getInstance(), log, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(config, wire, readiness), adapter, { logger: new NestLog(log), bodyParser: false, abortOnError: false });
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  app.get(PublicAddress).listeningOn(url);
  if (!isLoopback(config.host) && config.publicUrl === undefined && config.trustedProxies.length === 0) log.warn(`Links will begin with ${url}, which clients may not reach: set PUBLIC_URL or TRUSTED_PROXIES.`);
  const operations = await OperationsServer.start({ host: config.operationsHost, port: config.operationsPort, readiness, metrics });
  return {
    addresses: { url, operations: operations.url },
    close: async () => {
      isAccepting = false;
      await closeGently(app);
      await wire.close();
      await tracing.stop();
      await operations.close();
    },
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

const sweepMs = 50;
const graceMs = 10_000;

/**
 * Takes no new connections and lets running requests finish. Clients keep their connections open for the next request,
 * so those that have become idle are closed again and again; whatever is left after the grace is cut off.
 */
async function closeGently(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const sweep = setInterval(() => { server.closeIdleConnections(); }, sweepMs);
  const grace = setTimeout(() => { server.closeAllConnections(); }, graceMs);
  await app.close();
  clearInterval(sweep);
  clearTimeout(grace);
}
