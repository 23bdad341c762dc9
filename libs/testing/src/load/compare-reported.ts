import type { Finding } from './history.js';

/** How often something was said, by what was said. */
export type Sayings = ReadonlyMap<string, number>;

type Fault = Omit<Finding, 'subject'>;

/** The faults of the published events: each thing is said as often as it happened, and nothing else is. */
export function compareReported(wanted: Sayings, told: Sayings): Fault[] {
  return [...new Set([...wanted.keys(), ...told.keys()])].flatMap((saying): Fault[] => {
    const [times, often] = [told.get(saying) ?? 0, wanted.get(saying) ?? 0];
    if (times === often) return [];
    return [
      {
        kind: times < often ? 'lost' : often === 0 ? 'phantom' : 'doubled',
        what: `others were told ${times} times instead of ${often}: ${saying}`,
      },
    ];
  });
}
