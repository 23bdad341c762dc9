import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsServer, PostgresServer } from '@refundry/testing';
import { secret } from './databases.js';

/** A folder for a cluster, which goes at the end, and what is in it. */
export function clusterFolder(cleanup: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-bench-'));
  cleanup.defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  // PostgreSQL runs as another account when we are root.
  chmodSync(folder, 0o711);
  return join(folder, 'postgres');
}

/** A durable PostgreSQL in a folder that goes with it. */
export async function startPostgres(cleanup: AsyncDisposableStack): Promise<PostgresServer> {
  const postgres = await PostgresServer.start({
    dataDir: clusterFolder(cleanup),
    password: secret(),
  });
  cleanup.defer(async () => {
    await postgres.stop();
    rmSync(postgres.dataDir, { recursive: true, force: true });
  });
  return postgres;
}

/** A NATS without JetStream. */
export async function startNats(cleanup: AsyncDisposableStack): Promise<NatsServer> {
  const nats = await NatsServer.start();
  cleanup.defer(() => nats.stop());
  return nats;
}

/** A NATS that keeps JetStream's streams in a folder that goes with it. */
export async function startNatsWithStreams(cleanup: AsyncDisposableStack): Promise<NatsServer> {
  const storeDir = mkdtempSync(join(tmpdir(), 'refundry-bench-nats-'));
  cleanup.defer(() => {
    rmSync(storeDir, { recursive: true, force: true });
  });
  const nats = await NatsServer.start({ storeDir });
  cleanup.defer(() => nats.stop());
  return nats;
}
