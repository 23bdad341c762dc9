import { rmSync } from 'node:fs';

/** Ends the cluster of the run and removes its files. */
export default async function stopCluster(): Promise<void> {
  if (!globalThis.testCluster) return;
  const { server, folder } = globalThis.testCluster;
  await server.kill();
  for (const path of [server.dataDir, folder]) rmSync(path, { recursive: true, force: true });
}
