import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { settle } from './settle.js';
import { subjectNames, type Subject } from './subject.js';
import type { SetupSystem } from './system.js';

interface Page {
  readonly count: number;
  readonly results: readonly { readonly pk: number }[];
}

const pageSize = 1000;
const maxConcurrentPages = 8;

/**
 * The upstream's share: the pages that oms asks for, several at once as oms does it, parsed and counted by what any
 * developer would write.
 */
export const drainOf = (system: SetupSystem): Subject => ({
  name: subjectNames.drain,
  cpuMicros: { client: ownCpuMicros, simulator: () => cpuMicrosOf(system.simulator.pid) },
  prepare: async () => {
    const {
      step: { levels },
      simulator,
      credentials,
    } = system;
    await settle(system);
    const login = await fetch(`${simulator.url}/api/v1/auth/login/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const { key } = (await login.json()) as { key: string };
    const rows: number[] = [];
    return {
      run: async () => {
        for (const { resource } of levels) rows.push(await drain(`${simulator.url}/api/v1/${resource}/`, key));
      },
      outcome: () => Promise.resolve({ rows }),
    };
  },
});

/** @returns how many rows the list has */
async function drain(list: string, key: string): Promise<number> {
  const headers = { accept: 'application/json', authorization: `Token ${key}` };
  let [seen, after, pages, concurrentPages] = [0, '', 1, 4];
  while (pages > 0) {
    const window = await Promise.all(
      Array.from({ length: pages }, async (_, index) => {
        const response = await fetch(`${list}?${after}sort=pk&limit=${pageSize}&page=${index + 1}`, { headers });
        return JSON.parse(await response.text()) as Page;
      }),
    );
    const here = window.reduce((sum, { results }) => sum + results.length, 0);
    seen += here;
    after = `pk__gt=${window.at(-1)!.results.at(-1)!.pk}&`;
    concurrentPages = Math.min(maxConcurrentPages, concurrentPages + 1);
    pages = Math.min(concurrentPages, Math.ceil((window[0]!.count - here) / pageSize));
  }
  return seen;
}
