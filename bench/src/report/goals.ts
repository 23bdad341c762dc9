import type { Turn } from '../measuring/subject.js';
import { subjectNames } from '../subjects.js';
import type { RpcResult } from '../wire/rpc.js';
import { atLeast, type Goal } from './goal.js';
import { ratioOf } from './summary.js';

/** Everything switched on: auth, exact count, logging, metrics. */
export function goals(turns: ReadonlyMap<string, readonly Turn[]>, rpc: RpcResult): Goal[] {
  const { ours, silent, b1, b2 } = subjectNames;
  return [
    atLeast('list page against B1', 1.3, ratioOf(turns, ours, b1)),
    atLeast('list page against B2', 0.7, ratioOf(turns, ours, b2)),
    atLeast('logging against silence (metrics on in both)', 0.9, ratioOf(turns, ours, silent)),
    atLeast('our wire against bare nats.js', 1, rpc.ratio),
  ];
}
