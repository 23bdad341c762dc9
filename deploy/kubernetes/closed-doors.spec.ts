import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { parse } from 'yaml';
import { gateway, operator, services } from '../../tools/src/topology.js';
import { readManifests } from './kustomization.js';
import { everyPod, manifestsOf, podsOf, selects } from './system.js';

type Labels = Readonly<Record<string, string>>;

const examples = join(import.meta.dirname, 'examples');
const nats = { 'app.kubernetes.io/name': 'nats' };
const postgres = { 'cnpg.io/cluster': 'refundry-postgres' };
const policies = manifestsOf(NetworkPolicy.is).map(({ spec }) => spec!);

const operatorPod = readManifests(join(examples, 'operator-pod.yaml'))[0] as unknown as {
  metadata: { labels: Labels };
};
const provisioning = readManifests(join(examples, 'provisioning.yaml')).map(
  (job) => podsOf(job as Parameters<typeof podsOf>[0]).labels,
);
/** Pods of the namespace: ours, what they depend on, and strangers, one of which has taken one of our names. */
const pods: readonly Labels[] = [
  ...everyPod.map(({ labels }) => labels),
  operatorPod.metadata.labels,
  ...provisioning,
  nats,
  postgres,
  {},
  { 'app.kubernetes.io/name': 'oms' },
  { 'app.kubernetes.io/part-of': 'refundry' },
  { 'app.kubernetes.io/component': 'operator' },
];

/**
 * The pods of the namespace that may connect to a port of pods with these labels, as the policies of both sides say.
 */
function reaching(target: Labels, port: number): Labels[] {
  return pods.filter((source) => allows('ingress', target, source, port) && allows('egress', source, target, port));
}

/** Kubernetes allows what no policy of that direction concerns, and otherwise what one of them allows. */
function allows(direction: 'ingress' | 'egress', pod: Labels, other: Labels, port: number): boolean {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  const concerned = policies.filter(
    ({ podSelector, policyTypes }) => policyTypes!.includes(type) && selects(podSelector!, pod),
  );
  const rules = concerned.flatMap(({ ingress = [], egress = [] }) =>
    direction === 'ingress'
      ? ingress.map(({ from, ports }) => ({ peers: from, ports }))
      : egress.map(({ to, ports }) => ({ peers: to, ports })),
  );
  return (
    concerned.length === 0 ||
    rules.some(
      ({ peers, ports }) =>
        (!ports || ports.some((allowed) => allowed.port === port)) &&
        (!peers ||
          peers.some(
            ({ podSelector, namespaceSelector, ipBlock }) =>
              !ipBlock && !namespaceSelector && selects(podSelector ?? {}, other),
          )),
    )
  );
}

const namesOf = (labels: readonly Labels[]): (string | undefined)[] =>
  labels.map((one) => one['app.kubernetes.io/name'] ?? one['cnpg.io/cluster']).sort();

describe('pods of the namespace', () => {
  it('reach NATS when they are apps of ours or an operator, and no others do', () => {
    expect(namesOf(reaching(nats, 4222))).toEqual(
      [gateway.name, operator.name, ...services.map(({ name }) => name)].sort(),
    );
  });

  it('reach the routes and the monitoring of NATS when they are its servers, or not at all', () => {
    expect([reaching(nats, 6222), reaching(nats, 8222)]).toEqual([[nats], []]);
  });

  it('reach PostgreSQL only when they have a database there, migrate or provision one, or are its own', () => {
    const names = services.map(({ name }) => name);
    const expected = [
      ...names,
      ...names.map((name) => `migrate-${name}`),
      ...names.map((name) => `provision-${name}`),
      operator.name,
      'refundry-postgres',
    ];
    expect(namesOf(reaching(postgres, 5432))).toEqual(expected.sort());
    expect(reaching(postgres, 8000)).toEqual([postgres]);
  });
});

interface NatsValues {
  readonly config: {
    readonly cluster: {
      readonly replicas: number;
      readonly tls: { readonly enabled: boolean; readonly secretName: string; readonly merge: object };
      readonly merge: { readonly authorization: object; readonly routes: readonly string[] };
    };
  };
  readonly container: { readonly env: Readonly<Record<string, unknown>> };
}

describe('the routes of NATS', () => {
  const {
    config: { cluster },
    container: { env },
  } = parse(readFileSync(join(examples, 'nats-values.yaml'), 'utf8')) as NatsValues;
  const certificate = readManifests(join(examples, 'nats-certificates.yaml')).find(
    ({ metadata }) => metadata.name === 'nats-routes',
  ) as unknown as { spec: object };
  const hosts = Array.from({ length: cluster.replicas }, (_, index) => `nats-${index}.nats-headless`);

  it('need a certificate of an authority of their own on both sides', () => {
    expect(cluster.tls).toMatchObject({
      enabled: true,
      secretName: 'nats-routes-tls',
      merge: { ca_file: '/etc/nats-certs/cluster/ca.crt', verify: true },
    });
    expect(certificate.spec).toMatchObject({
      secretName: cluster.tls.secretName,
      dnsNames: hosts,
      usages: ['server auth', 'client auth'],
      issuerRef: { name: 'nats-routes-authority' },
    });
  });

  it('need a password, which each server says to each other', () => {
    expect(cluster.merge.authorization).toEqual({ user: 'routes', password: '<< $NATS_ROUTES_PASSWORD >>' });
    expect(env.NATS_ROUTES_PASSWORD).toEqual({ valueFrom: { secretKeyRef: { name: 'nats-users', key: 'routes' } } });
    const urls = cluster.merge.routes.map((route) => env[/^<< \$(\w+) >>$/.exec(route)?.[1] ?? '']);
    expect(urls).toEqual(hosts.map((host) => `nats://routes:$(NATS_ROUTES_PASSWORD)@${host}:6222`));
    // The chart sorts variables by name, and Kubernetes puts into one those that come before it.
    expect(Object.keys(env).sort().indexOf('NATS_ROUTES_PASSWORD')).toBeLessThan(
      Object.keys(env).sort().indexOf('NATS_ROUTE_0'),
    );
  });

  it('get their password from the example script, with those of the users', () => {
    expect(readFileSync(join(examples, 'secrets.sh'), 'utf8')).toMatch(/^secret nats-users \$passwords routes /m);
  });
});
