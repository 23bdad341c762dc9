import { chmodSync, mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../postgres/postgres-server.js';

declare global {
  var testCluster: { readonly server: PostgresServer; readonly folder: string } | undefined;
}

// Jest compiles what the global setup imports, but applies its moduleNameMapper to tests only.
registerHooks({
  resolve: (specifier, context, next) =>
    next(isOwnSource(specifier, context.parentURL) ? specifier.replace(/[.]js$/, '.ts') : specifier, context),
});

/** One PostgreSQL for the whole run; test files make databases of their own in it. */
export default async function startCluster(): Promise<void> {
  const { PostgresServer } = await import('../postgres/postgres-server.js');
  const folder = mkdtempSync(join(tmpdir(), 'refundry-jest-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another account
  const server = await PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'test', durable: false });
  globalThis.testCluster = { server, folder };
  process.env.TEST_POSTGRES_URL = server.url;
}

function isOwnSource(specifier: string, parent: string | undefined): boolean {
  return specifier.startsWith('.') && (parent?.endsWith('.ts') ?? false);
}
