import { orderAndWait } from '../setup/order.js';
import type { SetupSystem } from '../setup/system.js';
import type { Caller } from '../system/caller.js';
import { connected } from '../system/connected.js';

/** A run that finds nothing new. */
export interface IncrementalPull {
  readonly seconds: number;
  /** All that Omnitron was asked, logins included. */
  readonly requests: number;
  /** Customers of which a new version was written, or that came or went. */
  readonly written: number;
}

/** Orders the step again for a caller who has everything. */
export async function pullAgain(
  { gateway, simulator, omsDatabase }: SetupSystem,
  { account, token }: Caller,
  signal: AbortSignal,
): Promise<IncrementalPull> {
  return connected(omsDatabase.ownerUrl, async (owner) => {
    const count = async (condition: string): Promise<number> => {
      const { rows } = await owner.query<{ n: number }>(
        `select count(*)::integer as n from customer where account_id = ${account} and ${condition}`,
      );
      return rows[0]!.n;
    };
    const before = await count('true');
    const {
      rows: [{ version } = { version: '' }],
    } = await owner.query<{ version: string }>('select pg_current_xact_id() as version');
    await fetch(`${simulator.url}/_control/requests`, { method: 'DELETE' });
    const startedAt = performance.now();
    await orderAndWait(gateway.url, token, 'customers', signal);
    const seconds = (performance.now() - startedAt) / 1000;
    const { total } = (await (await fetch(`${simulator.url}/_control/requests`)).json()) as { total: number };
    const changed = await count(`xmin::text::bigint >= ${version}`);
    return { seconds, requests: total, written: changed + Math.abs((await count('true')) - before) };
  });
}
