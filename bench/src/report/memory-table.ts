import type { Memory } from '../measuring/memory.js';
import type { Cells } from './text-table.js';

/** The memory of processes, by their names. */
export const memoryTable = (what: string, memories: Readonly<Record<string, Memory>>): Cells => [
  [what, 'idle', 'before', 'highest', 'after'],
  ...Object.entries(memories).map(([name, { idleMiB, beforeMiB, highestMiB, afterMiB }]) => [
    name,
    ...[idleMiB, beforeMiB, highestMiB, afterMiB].map((mebibytes) => mebibytes.toFixed(1)),
  ]),
];
