import { setFlagsFromString } from 'node:v8';

/** In percent of what is left after a collection. */
const growth = 200;

/**
 * Lets the old generation grow to three times its size before it is collected. By itself V8 collects one as small as
 * ours after 8 MiB more, buffers included: under load that is each second, and for 50 ms every request waits
 * (docs/adr/0034). The flag can't stand in `NODE_OPTIONS`.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
