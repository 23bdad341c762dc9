import { startApp, type ServedApp } from '../system/apps.js';
import { secret } from '../system/databases.js';
import {
  startInfrastructure,
  startBenchSystem,
  type BenchInfrastructure,
  type BenchSystem,
} from '../system/infrastructure.js';
import { startNatsWithStreams } from '../system/servers.js';
import type { SetupStep } from './step.js';

/** Refundry and an Omnitron, running, and nothing synced yet. */
export interface SetupSystem extends BenchInfrastructure, BenchSystem {
  /** The step that is set up. */
  readonly step: SetupStep;
  readonly simulator: ServedApp;
  readonly credentials: OmnitronCredentials;
}

export interface OmnitronCredentials {
  readonly username: string;
  readonly password: string;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSetupSystem(
  step: SetupStep,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<SetupSystem> {
  const infrastructure = await startInfrastructure(startNatsWithStreams, cleanup, signal, say);
  say('Starting the simulator …');
  const credentials = { username: 'bench', password: secret() };
  const simulator = await startApp(
    'omnitron-simulator',
    { OMNITRON_USERNAME: credentials.username, OMNITRON_PASSWORD: credentials.password, ...step.simulator },
    cleanup,
  );
  const system = await startBenchSystem(infrastructure, cleanup, say);
  return { ...infrastructure, ...system, step, simulator, credentials };
}
