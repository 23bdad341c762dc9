import { writeFileSync } from 'node:fs';
import { deployedNatsConfiguration, natsConfigurationFile } from './nats-deployment.js';
import { say } from './progress.js';

writeFileSync(natsConfigurationFile, deployedNatsConfiguration());
say(`Wrote ${natsConfigurationFile}.`);
