import { readDeclarations, type Files } from '../service-declaration.js';
import { composeRegions } from './compose.js';
import { documentRegions } from './documents.js';
import { kubernetesFiles, kubernetesRegions } from './kubernetes.js';
import { monitoringRegions } from './monitoring.js';
import { deployedNatsConfiguration } from './nats.js';
import { withRegions } from './regions.js';
import { scriptRegions } from './scripts.js';
import { codeOwners, contractsRegions, serviceNamesFile, withDependencies, withReferences } from './sources.js';

/**
 * Returns the text of every file that follows, as a whole or in a region, from the declarations of the services, by
 * path.
 *
 * @throws Error for a declaration that is wrong, and for a file that has lost a region
 */
export function generatedFiles(files: Files): ReadonlyMap<string, string> {
  const services = readDeclarations(files);
  const regions = {
    'docker-compose.yml': composeRegions(services),
    'libs/contracts/src/index.ts': contractsRegions(files, services),
    ...kubernetesRegions(services),
    ...monitoringRegions(services),
    ...scriptRegions(services),
    ...documentRegions(services),
  };
  const edited = (path: string, edit: (text: string) => string): [string, string] => [path, edit(files.read(path))];
  return new Map([
    ...Object.entries(regions).map(([path, filled]) =>
      edited(path, (text) => {
        try {
          return withRegions(text, filled);
        } catch (error) {
          throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
        }
      }),
    ),
    ...Object.entries(kubernetesFiles(services)),
    ['deploy/nats/nats-server.conf', deployedNatsConfiguration(services)],
    ['libs/workspace/src/service-names.ts', serviceNamesFile(services)],
    ['CODEOWNERS', codeOwners(files, services)],
    edited('tsconfig.json', (text) => withReferences(files, text, services)),
    edited('tsconfig.spec.json', (text) => withReferences(files, text, services, '/tsconfig.spec.json')),
    edited('e2e/project.json', (text) => withDependencies(text, services)),
  ]);
}
