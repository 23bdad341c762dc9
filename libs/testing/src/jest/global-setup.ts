import { chmodSync, mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../postgres/postgres-server.js';
import type { SharedApps } from './shared-apps.js';

declare global {
  var testCluster: { readonly server: PostgresServer; readonly folder: string } | undefined;
  var sharedApps: SharedApps | undefined;
}

// Jest compiles what the global setup imports, but applies its moduleNameMapper to tests only.
registerHooks({
  resolve: (specifier, context, next) =>
    next(isOwnSource(specifier, context.parentURL) ? specifier.replace(/[.]js$/, '.ts') : specifier, context),
});

/**
 * One PostgreSQL for the whole run, in which test files make databases of their own, and the door to the apps that they
 * share.
 */
export default async function beginRun(): Promise<void> {
  const [{ PostgresServer }, { SharedApps }] = [
    await import('../postgres/postgres-server.js'),
    await import('./shared-apps.js'),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'refundry-jest-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another account
  const server = await PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'test', durable: false });
  globalThis.testCluster = { server, folder };
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.sharedApps = await SharedApps.open();
  process.env.TEST_SHARED_APPS_URL = globalThis.sharedApps.url;
}

function isOwnSource(specifier: string, parent: string | undefined): boolean {
  return specifier.startsWith('.') && (parent?.endsWith('.ts') ?? false);
}
