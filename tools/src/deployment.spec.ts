import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inVariable, passwordVariable } from '@refundry/workspace';
import { parse, parseDocument } from 'yaml';
import { repository } from './toolbox.js';
import { gateway, natsUsers, operator, passedOnToAll, services } from './topology.js';

interface ComposeService {
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const compose = (parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> })
  .services;
const secrets = read('deploy/new-secrets.sh');
const environmentOf = (service: string): Readonly<Record<string, string>> => compose[service]?.environment ?? {};

describe("NATS's configuration in a deployment", () => {
  it('gets the password of every user from its environment, where the user has it from too', () => {
    const users = natsUsers().map(({ user }) => user);
    expect(Object.keys(environmentOf('nats'))).toEqual(users.map(passwordVariable));
    const appOf = (user: string): string => (user === operator.name ? 'accounts-cli' : user);
    for (const user of users)
      expect(environmentOf(appOf(user)).NATS_URL).toBe(`nats://${user}:\${${passwordVariable(user)}}@nats:4222`);
  });
});

describe.each(['docker-compose.yml', 'docker-compose.tls.yml'])('%s', (file) => {
  it('says nothing twice in one mapping, `<<` neither', () => {
    expect(parseDocument(read(file), { merge: false, uniqueKeys: true }).errors).toEqual([]);
  });
});

describe.each([...services, gateway])('$name in docker-compose.yml', ({ name, needs }) => {
  it('is told what the topology says it needs', () => {
    const needed = needs({ secretKey: 'secret', rpcEncryptionKey: 'wire' });
    expect(Object.keys(environmentOf(name))).toEqual(expect.arrayContaining(Object.keys(needed)));
    expect(environmentOf(name).NODE_OPTIONS).toBe(needed.NODE_OPTIONS);
  });
});

describe.each(services)('$name in docker-compose.yml', ({ name }) => {
  it('uses a database of its own, which its migrations make, and is no door', () => {
    const url = environmentOf(name).DATABASE_URL;
    expect(url).toMatch(
      new RegExp(`^postgres://${name}:\\$\\{POSTGRES_${inVariable(name)}_PASSWORD:[^}]*\\}@postgres/${name}$`),
    );
    expect(environmentOf(`${name}-migrations`)).toMatchObject({
      DATABASE_URL: url,
      DATABASE_OWNER_URL: expect.stringMatching(new RegExp(`^postgres://${name}_owner:.*@postgres/${name}$`)),
    });
    expect(compose[name]?.ports).toBeUndefined();
  });

  it('is backed up and restored', () => {
    for (const script of ['backup.sh', 'restore.sh']) expect(read(`deploy/${script}`).split(/[\s;']+/)).toContain(name);
  });

  it('has its secrets made', () => {
    expect(secrets.match(new RegExp(`[ ']${inVariable(name)}[ ']`, 'g'))).toHaveLength(2);
  });
});

describe('the guide for operators', () => {
  const variables = ['apps', 'libs/service', 'libs/database-app']
    .flatMap((folder) => globSync(`${folder}/**/src/*.ts`, { cwd: repository, exclude: ['**/*.spec.ts'] }))
    .flatMap((file) =>
      [...read(file).matchAll(/^ {2}@.*\) ([A-Z][A-Z_]+)(?:[!?]:| =)/gm)].map(([, variable]) => variable ?? ''),
    );

  it.each([...new Set(variables)])('tells of %s', (variable) => {
    expect(read('docs/operations.md')).toMatch(new RegExp(`^\\|.*\`${variable}\``, 'm'));
  });
});

describe.each([gateway, ...services])('$name in docker-compose.yml', ({ name, passedOn }) => {
  it('gets what an operator may want to change', () => {
    const ofEveryApp = passedOnToAll.filter((variable) => /^(LOG|METRICS|OTEL)/.test(variable));
    for (const variable of [...ofEveryApp, ...passedOn])
      expect([variable, environmentOf(name)[variable]]).toEqual([
        variable,
        expect.stringMatching(new RegExp(`^\\$\\{${variable}:-.*\\}$`)),
      ]);
  });
});

describe('the gateway in docker-compose.yml', () => {
  it('is the only door, on this machine unless told otherwise, and sees no database', () => {
    expect(
      Object.entries(compose)
        .filter(([, { ports }]) => ports)
        .map(([name]) => name),
    ).toEqual([gateway.name]);
    expect(compose[gateway.name]?.ports).toEqual(['${GATEWAY_ADDRESS:-127.0.0.1}:${GATEWAY_PORT:-8080}:8080']);
    expect(compose[gateway.name]?.networks).not.toContain('databases');
  });
});
