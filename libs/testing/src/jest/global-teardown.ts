import { rmSync } from 'node:fs';

/** Ends the shared apps and the cluster of the run, and removes its files. */
export default async function endRun(): Promise<void> {
  await globalThis.sharedApps?.close();
  if (!globalThis.testCluster) return;
  const { server, folder } = globalThis.testCluster;
  await server.kill();
  for (const path of [server.dataDir, folder]) rmSync(path, { recursive: true, force: true });
}
