import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { batchesPerTurn, batchOf, documentsPerBatch } from './documents.js';
import { subjectNames, type Subject } from './subject.js';
import type { RefundSystem } from './system.js';

/** Ours: a client posts batches of documents that are new. */
export const ourBatches = (system: RefundSystem): Subject =>
  posting(subjectNames.ours, system, { created: documentsPerBatch, updated: 0 });

/**
 * Ours: a client posts once more what it posted in this round, and nothing has changed. It takes its turn behind the
 * other.
 */
export const ourBatchesAgain = (system: RefundSystem): Subject =>
  posting(subjectNames.again, system, { created: 0, updated: documentsPerBatch });

const posting = (name: string, system: RefundSystem, expected: object): Subject => ({
  name,
  account: system.account,
  cpuMicros: {
    client: ownCpuMicros,
    gateway: () => cpuMicrosOf(system.gateway.pid),
    service: () => cpuMicrosOf(system.service.pid),
    postgres: () => cpuMicrosOf(system.serverPids.postgres),
    nats: () => cpuMicrosOf(system.serverPids.nats),
  },
  prepare: (round) => {
    const bodies = Array.from({ length: batchesPerTurn }, (_, batch) => JSON.stringify(batchOf(round, batch)));
    return Promise.resolve(async () => {
      for (const body of bodies) await post(system, body, expected);
    });
  },
});

/** @throws one sentence when the answer is another than expected */
export async function post({ gateway, token }: RefundSystem, body: string, expected: object): Promise<void> {
  const response = await fetch(`${gateway.url}/api/v1/supplier-refunds/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  if (response.status !== 201 || text !== JSON.stringify(expected))
    throw new Error(`A batch was answered with ${response.status} ${text.slice(0, 200)}`);
}
