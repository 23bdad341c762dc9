import { setTimeout as pause } from 'node:timers/promises';
import { spreadOf } from '../measuring/statistics.js';
import type { ServedApp } from '../system/apps.js';
import { figures, ownSample, sampleOf, type Sample } from './sample.js';

/** The memory of each process in a minute, by its name. */
export type Minute = ReadonlyMap<string, Sample>;

const samplesInAMinute = 12;
const minuteMs = 60_000;

/** How the process that makes the load is called. */
export const loadProcess = 'the load itself';

/** Looks at all processes for a minute. @throws one sentence when one of them is gone */
export async function minuteOf(apps: ReadonlyMap<string, ServedApp>, signal: AbortSignal): Promise<Minute> {
  const samples = new Map<string, Sample[]>([...apps.keys(), loadProcess].map((name) => [name, []]));
  for (const [name, app] of apps) collectGarbage(name, app);
  for (let taken = 0; taken < samplesInAMinute; taken += 1) {
    await pause(minuteMs / samplesInAMinute, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
    samples.get(loadProcess)?.push(ownSample());
    for (const [name, app] of apps)
      samples.get(name)?.push(
        await sampleOf(app).catch((error: unknown) => {
          throw gone(name, error);
        }),
      );
  }
  return new Map([...samples].map(([name, taken]) => [name, inShort(taken)]));
}

function collectGarbage(name: string, { pid }: ServedApp): void {
  try {
    process.kill(pid, 'SIGUSR2');
  } catch (error) {
    throw gone(name, error);
  }
}

const gone = (name: string, cause: unknown): Error => new Error(`${name} is gone.`, { cause });

/**
 * The heap at its lowest, when the garbage has just been collected, as it is told once a minute; of all else the
 * middle.
 */
function inShort(samples: readonly Sample[]): Sample {
  const middle = Object.fromEntries(
    figures.map((figure) => [figure, spreadOf(samples.map((sample) => sample[figure])).median]),
  ) as Record<keyof Sample, number>;
  return { ...middle, heapMiB: Math.min(...samples.map(({ heapMiB }) => heapMiB)) };
}
