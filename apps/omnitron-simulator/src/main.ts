import { env } from 'node:process';
import { readConfig } from './config.js';
import { announce, closeWhenAsked, listen, refuseToStart } from './lifecycle.js';
import { createSimulator } from './simulator.js';

try {
  const config = readConfig(env);
  const simulator = createSimulator(config);
  const url = await listen(simulator, config);
  closeWhenAsked(simulator);
  announce(url);
} catch (error) {
  refuseToStart(error);
}
