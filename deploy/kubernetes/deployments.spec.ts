import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { databaseOwnerUrl, provisioningUrls, readDatabaseConfig } from '@refundry/database-app';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { parseAllDocuments } from 'yaml';
import { accountsConfig, commandConfig } from '../../apps/accounts/src/accounts.config.js';
import { gatewayConfig } from '../../apps/gateway/src/gateway.config.js';
import { omsConfig } from '../../apps/oms/src/oms.config.js';
import { reservationRefundConfig } from '../../apps/reservation-refund/src/reservation-refund.config.js';
import { supplierRefundConfig } from '../../apps/supplier-refund/src/supplier-refund.config.js';
import { gateway, natsUsers, operator, services, type Environment } from '../../tools/src/topology.js';
import { readManifests, type Manifest } from './kustomization.js';
import { complaintsOf } from './schema.js';
import { deployments, environmentOf, everyPod, manifestsOf, migrations, podsOf, type Pods } from './system.js';

const apps = [gateway, ...services];
/** Those that read more than a service's database and NATS. */
const configs: Readonly<Record<string, (environment: Environment) => unknown>> = {
  gateway: gatewayConfig,
  accounts: accountsConfig,
  oms: omsConfig,
  'supplier-refund': supplierRefundConfig,
  'reservation-refund': reservationRefundConfig,
};
/** Those that call addresses of accounts. */
const callers = ['oms', 'supplier-refund', 'reservation-refund'];
const configOf = (app: string): ((environment: Environment) => unknown) => configs[app] ?? readDatabaseConfig;

/** A value that a variable could have. */
const keys = {
  secretKey: Buffer.alloc(32, 1).toString('base64'),
  rpcEncryptionKey: Buffer.alloc(32, 2).toString('base64'),
};
const secrets: Environment = {
  NATS_URL: 'nats://nats',
  DATABASE_URL: 'postgres://postgres',
  DATABASE_OWNER_URL: 'postgres://postgres',
  DATABASE_ADMIN_URL: 'postgres://postgres',
  SECRET_KEY: keys.secretKey,
  WIRE_KEY: keys.rpcEncryptionKey,
};
const environment = (pods: Pods): Environment => environmentOf(pods, (_, key) => secrets[key] ?? '');

const deployed = (app: string): (typeof deployments)[number] =>
  deployments.find(({ metadata }) => metadata.name === app)!;
const namesOf = (manifests: readonly { readonly metadata: { readonly name: string } }[]): string[] =>
  manifests.map(({ metadata }) => metadata.name);
const names = apps.map(({ name }) => name);

const examples = join(import.meta.dirname, 'examples');

interface MadeSecret {
  readonly metadata: { readonly name: string };
  readonly stringData: Readonly<Record<string, string>>;
}

/** The settings that no app's configuration reads. */
const readElsewhere = ['NODE_OPTIONS'];
/** How long an app may take to end, in seconds. */
const maxEnd = 20;

describe('the apps', () => {
  it('are those of the topology, each with an autoscaler, a disruption budget and a network policy', () => {
    expect(namesOf(deployments).sort()).toEqual([...names].sort());
    expect(namesOf(manifestsOf(HorizontalPodAutoscaler.is))).toEqual(namesOf(deployments));
    expect(namesOf(manifestsOf(PodDisruptionBudget.is))).toEqual(namesOf(deployments));
    expect(namesOf(manifestsOf(NetworkPolicy.is))).toEqual(expect.arrayContaining(names));
  });

  it('have two replicas at least', () => {
    for (const { spec } of manifestsOf(HorizontalPodAutoscaler.is)) expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
  });

  it('that have a database are migrated by a Job each, as its owner', () => {
    expect(migrations.map(({ name }) => name)).toEqual(services.map(({ name }) => `migrate-${name}`));
    for (const migration of migrations)
      expect(databaseOwnerUrl(environment(migration))).toBe(secrets.DATABASE_OWNER_URL);
  });
});

describe.each(apps)('$name', ({ name, operationsPort, needs }) => {
  const { spec, pods } = deployed(name);

  it('starts with the environment it is given', () => {
    expect(configOf(name)(environment(pods))).toMatchObject({
      operationsPort,
      operationsHost: '0.0.0.0',
      ...(name === gateway.name && { port: gateway.port, host: '0.0.0.0' }),
    });
  });

  it('is told nothing that it does not know', () => {
    const told = environment(pods);
    for (const variable of Object.keys(told).filter((known) => !readElsewhere.includes(known)))
      expect(() => configOf(name)({ ...told, [variable]: '\0' })).toThrow(variable);
  });

  it('is told what the launcher tells it, but for where Omnitron and webhooks may be', () => {
    const notDeployed = ['OMNITRON_PRIVATE_ADDRESSES', 'ALLOW_PLAIN_WEBHOOKS'];
    const needed = Object.entries(needs(keys)).filter(([variable]) => !notDeployed.includes(variable));
    expect(environment(pods)).toMatchObject(Object.fromEntries(needed));
  });

  it('opens the ports that it listens on', () => {
    const ports = new Map(pods.container.ports!.map((port) => [port.name, port.containerPort]));
    expect(ports).toEqual(
      new Map([...(name === gateway.name ? [['http', gateway.port] as const] : []), ['operations', operationsPort]]),
    );
    expect(deployed(name).spec!.template.metadata!.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(operationsPort),
      'prometheus.io/path': '/metrics',
    });
  });

  it('is replaced without a moment of fewer replicas, and has the time to end by itself', () => {
    expect(spec!.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    expect(pods.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      maxEnd + Number(environment(pods).SHUTDOWN_DELAY_SECONDS ?? 0),
    );
  });

  it('is asked by Prometheus, and the gateway by clients', () => {
    const { ingress } = policyOf(name);
    expect(ingress!.map(({ ports }) => ports![0]!.port)).toEqual(
      name === gateway.name ? ['http', 'operations'] : ['operations'],
    );
  });

  it('asks names, NATS, its database and, where it calls addresses of accounts, the internet', () => {
    const { egress } = policyOf(name);
    expect(egress!.map(({ ports }) => ports![0]!.port)).toEqual([
      53,
      4222,
      ...(name === gateway.name ? [] : [5432]),
      ...(callers.includes(name) ? [443] : []),
    ]);
  });
});

describe.each(callers)('%s', (name) => {
  it('reaches no address over the network that our code calls private', () => {
    const code = readFileSync(join(import.meta.dirname, '../../libs/egress/src/private-addresses.ts'), 'utf8');
    const refused = [...code.matchAll(/\['([\da-f:.]+)', (\d+)\]/g)].map(
      ([, network, prefix]) => `${network}/${prefix}`,
    );
    const internet = policyOf(name)
      .egress!.at(-1)!
      .to!.map(({ ipBlock }) => ipBlock!);
    expect(internet.map(({ cidr }) => cidr)).toEqual(['0.0.0.0/0', '::/0']);
    expect(internet.flatMap(({ except = [] }) => except)).toEqual(refused);
  });
});

describe.each(everyPod)('the pods of $name', ({ spec, container }) => {
  it('may do nothing but run', () => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('ask for memory, and have an end of it', () => {
    expect(container.resources).toEqual({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
  });
});

describe('secrets', () => {
  const named = everyPod.flatMap(({ container }) =>
    (container.env ?? []).flatMap(({ valueFrom }) =>
      valueFrom ? [`${valueFrom.secretKeyRef!.name} ${valueFrom.secretKeyRef!.key}`] : [],
    ),
  );

  it('are all in the guide, by name and key', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/operations/kubernetes.md'), 'utf8');
    const rows = [...guide.matchAll(/^\| `([a-z-]+)` \| (`[A-Z_`, ]+`) \|/gm)].flatMap(([, name, variables]) =>
      variables!.match(/[A-Z_]+/g)!.map((key) => `${name} ${key}`),
    );
    expect(rows.sort()).toEqual([...new Set(named), 'operator NATS_URL'].sort());
  });

  it('are all in the example for the External Secrets Operator', () => {
    const brought = readManifests(join(examples, 'external-secrets.yaml')).map(({ metadata }) => metadata.name);
    expect(brought.sort()).toEqual([...new Set(named.map((secret) => secret.split(' ')[0])), 'operator'].sort());
  });

  it("are all made by the example script, NATS' users with the passwords of their URLs", () => {
    const made = parseAllDocuments(execFileSync('sh', [join(examples, 'secrets.sh')], { encoding: 'utf8' })).map(
      (document) => document.toJS() as MadeSecret,
    );
    const { 'nats-users': passwords = {}, ...others } = Object.fromEntries(
      made.map(({ metadata, stringData }) => [metadata.name, stringData]),
    );
    expect(
      Object.entries(others)
        .flatMap(([name, data]) => Object.keys(data).map((key) => `${name} ${key}`))
        .sort(),
    ).toEqual([...new Set(named), 'operator NATS_URL'].sort());
    for (const { user } of natsUsers())
      expect(others[user]?.NATS_URL).toBe(`nats://${user}:${String(passwords[user])}@nats:4222`);
    for (const password of Object.values(passwords)) expect(password).toMatch(/^[a-z]/);
  });

  it('of NATS: every user of the topology has a password in the example', () => {
    const values = readFileSync(join(examples, 'nats-values.yaml'), 'utf8');
    for (const { user } of natsUsers())
      expect(values).toContain(
        `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD: { valueFrom: { secretKeyRef: { name: ` +
          `nats-users, key: ${user} } } }`,
      );
  });
});

describe('provisioning', () => {
  const jobs = readManifests(join(examples, 'provisioning.yaml'));

  it.each(jobs)('has a valid $kind $metadata.name', (job) => {
    expect(complaintsOf(job)).toEqual([]);
  });

  it('is done for every service, with what its migrations and the service itself connect with', () => {
    const pods = (jobs as (IJob & Manifest)[]).map(podsOf);
    for (const each of pods) expect(() => provisioningUrls(environment(each))).not.toThrow();
    const told = pods.map((each) => environmentOf(each, (name, key) => `${name} ${key}`));
    expect(told).toEqual(
      services.map(({ name }) => ({
        DATABASE_ADMIN_URL: 'provisioning DATABASE_ADMIN_URL',
        DATABASE_OWNER_URL: `${name}-owner DATABASE_OWNER_URL`,
        DATABASE_URL: `${name} DATABASE_URL`,
      })),
    );
  });
});

describe("an operator's pod", () => {
  const [pod] = readManifests(join(examples, 'operator-pod.yaml'));

  it('is valid', () => {
    expect(complaintsOf(pod!)).toEqual([]);
  });

  it('has what the command line needs, and is to NATS the operator', () => {
    const { spec, metadata } = pod as unknown as { spec: Pods['spec']; metadata: { name: string } };
    const pods = { name: metadata.name, labels: {}, spec, container: spec.containers[0]! };
    expect(commandConfig(environment(pods))).toEqual({
      databaseUrl: secrets.DATABASE_URL,
      natsUrl: secrets.NATS_URL,
      operator: expect.any(String),
      secretKey: secrets.SECRET_KEY,
    });
    expect(environmentOf(pods, (name, key) => `${name} ${key}`).NATS_URL).toBe(`${operator.name} NATS_URL`);
  });
});

function policyOf(app: string): NonNullable<NetworkPolicy['spec']> {
  return manifestsOf(NetworkPolicy.is).find(({ metadata }) => metadata.name === app)!.spec!;
}
