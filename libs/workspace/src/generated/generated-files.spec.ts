import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { filesOnDisk } from '../files-on-disk.js';
import { readDeclarations, type Files } from '../service-declaration.js';
import { generatedFiles } from './generated-files.js';
import { withRegions } from './regions.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const files = filesOnDisk(root);

/** The repository, in which some files are others. */
const changed = (texts: Readonly<Record<string, string>>): Files => ({
  ...files,
  read: (path) => texts[path] ?? files.read(path),
});
const declaration = (service: string): object =>
  JSON.parse(files.read(`apps/${service}/service.json`)) as Readonly<Record<string, unknown>>;
const declaring = (service: string, difference: object): Files =>
  changed({ [`apps/${service}/service.json`]: JSON.stringify({ ...declaration(service), ...difference }) });

describe('what follows from the declarations of services', () => {
  it.each([...generatedFiles(files)])('stands in %s as `npm run generate` writes it', (path, text) => {
    expect(existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8')).toBe(text);
  });

  it('changes with a declaration, in each place that names it', () => {
    const before = generatedFiles(files);
    const after = generatedFiles(
      declaring('supplier-refund', { operationsPort: 9199, hasEvents: false, connections: 100 }),
    );
    const different = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
    expect(different).toEqual(
      expect.arrayContaining([
        'docker-compose.yml',
        'deploy/kubernetes/base/supplier-refund.yaml',
        'deploy/kubernetes/examples/postgres.yaml',
        'deploy/nats/nats-server.conf',
      ]),
    );
  });

  it.each([
    ['a property that there is not', { port: 9101 }, /must NOT have additional properties/],
    [
      'a secret that there is not',
      { secrets: ['PASSWORD'] },
      /\/secrets\/0 must be equal to one of the allowed values/,
    ],
    ['more memory than a container has', { memory: { request: 1, limit: 1024 } }, /\/memory\/limit must be <= 512/],
    ['the port of another service', { operationsPort: 9102 }, /accounts and oms want the same port: 9102/],
  ])('is refused for %s', (_, difference, complaint) => {
    expect(() => readDeclarations(declaring('accounts', difference))).toThrow(complaint);
  });

  it('is refused for a file that has lost its region', () => {
    const text = files.read('deploy/backup.sh').replace('generated: databases', 'made: databases');
    expect(() => generatedFiles(changed({ 'deploy/backup.sh': text }))).toThrow(
      'deploy/backup.sh: there is no region databases',
    );
  });
});

describe('a region', () => {
  it('is replaced, and nothing beside it', () => {
    const text = 'a: 1\n  # generated: names by a command\n  old: 1\n  # /generated\nb: 2\n';
    expect(withRegions(text, { names: '  new: 2' })).toBe(text.replace('old: 1', 'new: 2'));
  });

  it('must be of a name that something is made for', () => {
    expect(() => withRegions('# generated: names\n# /generated\n', {})).toThrow("the region names is nobody's");
  });
});
