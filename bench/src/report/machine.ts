import { cpus, type } from 'node:os';
import { connected } from '../system/connected.js';

/** The machine that the figures were measured on; nothing in it says whose machine it is. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
}

export async function describeMachine(databaseUrl: string): Promise<Machine> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ server_version: string }>('show server_version'),
  );
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    system: type(),
    node: process.version,
    postgres: rows[0]!.server_version,
  };
}
