import { Random } from '@refundry/testing';

/** A fault of a process, and its end. */
export const ways = {
  /** Ends at once; it is started again. */
  kill: 'killed',
  /** Is killed while PostgreSQL is frozen, so that whatever is under way ends in the midst of its transaction. */
  strand: 'killed amid transactions',
  /** Stops where it stands, connections open; it goes on. */
  freeze: 'frozen',
  /** Is asked to end, as by an orchestrator; it is started again. */
  restart: 'restarted',
  /** As a kill, and all that JetStream keeps is gone. */
  wipe: 'wiped',
  /** Answers wrongly, late or not at all; it does so no more. */
  misbehave: 'misbehaves',
} as const;

export type Way = keyof typeof ways;

const ofApps = ['kill', 'kill', 'freeze', 'freeze', 'restart'] as const satisfies Way[];
const ofServices = ['strand', 'strand', 'strand', ...ofApps] as const satisfies Way[];

/** The possible faults of each process. One that stands there twice happens twice as often. */
const possible = {
  gateway: ofApps,
  'gateway-2': ofApps,
  accounts: ofApps,
  oms: ofServices,
  'oms-2': ofServices,
  'supplier-refund': ofServices,
  'supplier-refund-2': ofServices,
  'reservation-refund': ofServices,
  'reservation-refund-2': ofServices,
  NATS: ['kill', 'freeze', 'restart', 'wipe', 'wipe'],
  PostgreSQL: ['kill', 'kill', 'freeze', 'restart'],
  Omnitron: ['freeze', 'misbehave', 'misbehave'],
} as const satisfies Record<string, readonly Way[]>;

export type Target = keyof typeof possible;

const targets: readonly Target[] = [
  'gateway',
  'gateway-2',
  'accounts',
  'oms',
  'oms-2',
  'supplier-refund',
  'supplier-refund',
  'supplier-refund-2',
  'supplier-refund-2',
  'reservation-refund',
  'reservation-refund',
  'reservation-refund-2',
  'reservation-refund-2',
  'NATS',
  'NATS',
  'NATS',
  'PostgreSQL',
  'PostgreSQL',
  'PostgreSQL',
  'Omnitron',
];

/** The replicas beside the first of each. */
export const replicas: readonly Target[] = ['gateway-2', 'oms-2', 'supplier-refund-2', 'reservation-refund-2'];

export interface Fault {
  readonly target: Target;
  readonly way: Way;
  /** When it begins, in milliseconds since the load did. */
  readonly atMs: number;
  /** How long it is so. */
  readonly lastsMs: number;
}

/** How long the load goes on, faults or none. */
export const loadMs = 9000;
const first = 400;
const lastBegins = 7500;
const maxFreezeMs = 3500;
const maxAbsenceMs = 1500;

/** The faults of a seed, in their order: four to seven, each of another process. */
export function planOf(seed: number): Fault[] {
  const random = Random.for(seed, 'faults');
  const left = new Set(targets);
  return Array.from({ length: random.between(4, 7) }, () => {
    const target = random.of(targets.filter((candidate) => left.has(candidate)));
    left.delete(target);
    const way = random.of<Way>(possible[target]);
    return {
      target,
      way,
      atMs: random.between(first, lastBegins),
      lastsMs: random.between(0, way === 'freeze' || way === 'misbehave' ? maxFreezeMs : maxAbsenceMs),
    };
  }).toSorted((one, other) => one.atMs - other.atMs);
}

export const inWords = ({ target, way, atMs, lastsMs }: Fault): string =>
  `${(atMs / 1000).toFixed(1)} s ${target} ${ways[way]} for ${(lastsMs / 1000).toFixed(1)} s`;
