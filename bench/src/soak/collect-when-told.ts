import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into an app before its own code: at SIGUSR2 it collects its garbage, so that what is left can be seen. By
 * itself it does so too seldom (docs/adr/0034).
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => {
  collect();
});
