import pg from 'pg';
import { loadCustomers, rowsOfSheet } from '../customers/load-customers.js';
import { newCaller, type Caller } from '../system/caller.js';
import {
  startInfrastructure,
  startBenchSystem,
  type BenchInfrastructure,
  type BenchSystem,
} from '../system/infrastructure.js';
import { startNatsWithStreams } from '../system/servers.js';

/** Refundry, running, with an account that has customers. */
export interface ExportSystem extends BenchInfrastructure, BenchSystem, Caller {
  readonly rows: number;
  /** Reads as oms' transactions do, row-level security included. */
  readonly client: pg.Client;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startExportSystem(
  wanted: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<ExportSystem> {
  const infrastructure = await startInfrastructure(startNatsWithStreams, cleanup, signal, say);
  const caller = await newCaller(infrastructure.operator, 'bench');
  const rows = Math.min(wanted, rowsOfSheet);
  say(`Loading ${rows.toLocaleString('en')} customers …`);
  say(`Loaded in ${(await loadCustomers(infrastructure, [{ account: caller.account, rows }])).toFixed(0)} s.`);
  signal.throwIfAborted();
  const system = await startBenchSystem(infrastructure, cleanup, say);
  const client = new pg.Client({ connectionString: infrastructure.omsDatabase.url, options: '-c TimeZone=UTC' });
  await client.connect();
  cleanup.defer(() => client.end());
  await client.query(`select set_config('refundry.account', $1, false)`, [String(caller.account)]);
  return { ...infrastructure, ...system, ...caller, rows, client };
}
