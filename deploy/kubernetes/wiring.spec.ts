import { describe, expect, it } from '@jest/globals';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { deployments, everyPod, manifestsOf, selects, system, type Pods } from './system.js';

/** Pods that others make: an operator when somebody needs one, NATS' chart, and PostgreSQL's operator. */
const labelsMadeElsewhere: readonly Readonly<Record<string, string>>[] = [
  { 'app.kubernetes.io/part-of': 'refundry', 'app.kubernetes.io/component': 'operator' },
  { 'app.kubernetes.io/name': 'nats' },
  { 'cnpg.io/cluster': 'refundry-postgres' },
];

const namesOfPorts = ({ container }: Pods): (string | undefined)[] => (container.ports ?? []).map(({ name }) => name);
const selectedBy = (selector: object): string[] =>
  everyPod.filter(({ labels }) => selects(selector, labels)).map(({ name }) => name);

describe('selectors', () => {
  it.each(deployments)('of the Deployment $metadata.name find its own pods and no others', ({ metadata, spec }) => {
    expect(selectedBy(spec!.selector)).toEqual([metadata.name]);
  });

  it.each(deployments)('of the spread of $metadata.name find its own pods and no others', ({ metadata, pods }) => {
    expect(pods.spec.topologySpreadConstraints?.map(({ labelSelector }) => selectedBy(labelSelector!))).toEqual([
      [metadata.name],
      [metadata.name],
    ]);
  });

  it.each(manifestsOf(PodDisruptionBudget.is))(
    'of the disruption budget $metadata.name find the pods of its name',
    ({ metadata, spec }) => {
      expect(selectedBy(spec!.selector!)).toEqual([metadata.name]);
    },
  );

  it.each(manifestsOf(NetworkPolicy.is))('of the network policy $metadata.name find some pods', ({ spec }) => {
    expect(
      [...everyPod.map(({ labels }) => labels), ...labelsMadeElsewhere].some((labels) =>
        selects(spec!.podSelector ?? {}, labels),
      ),
    ).toBe(true);
  });

  it('of the default denial find every pod', () => {
    const [denial] = manifestsOf(NetworkPolicy.is).filter(({ metadata }) => metadata.name === 'refundry-default-deny');
    expect(selectedBy(denial!.spec!.podSelector!)).toEqual(everyPod.map(({ name }) => name));
    expect(denial!.spec).toEqual({ podSelector: denial!.spec!.podSelector, policyTypes: ['Ingress', 'Egress'] });
  });

  it('of the Service find the gateway', () => {
    expect(manifestsOf(Service.is).map(({ spec }) => selectedBy({ matchLabels: spec!.selector! }))).toEqual([
      ['gateway'],
    ]);
  });
});

describe('ports', () => {
  it.each(deployments)('that $metadata.name is probed at are open', ({ pods }) => {
    const { startupProbe, readinessProbe, livenessProbe } = pods.container;
    for (const probe of [startupProbe, readinessProbe, livenessProbe])
      expect(namesOfPorts(pods)).toContain(probe?.httpGet?.port);
  });

  it.each(manifestsOf(NetworkPolicy.is))('that the policy $metadata.name lets in are open', ({ spec }) => {
    const letIn = (spec!.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port));
    for (const pods of everyPod.filter(({ labels }) => selects(spec!.podSelector!, labels)))
      expect(namesOfPorts(pods)).toEqual(expect.arrayContaining(letIn));
  });

  it('of the Service and of the Ingress lead to the gateway', () => {
    const [service] = manifestsOf(Service.is);
    const [ingress] = manifestsOf(Ingress.is);
    const gateway = deployments.find(({ metadata }) => metadata.name === 'gateway')!;
    expect(namesOfPorts(gateway.pods)).toEqual(
      expect.arrayContaining(service!.spec!.ports!.map(({ targetPort }) => targetPort)),
    );
    const [path] = ingress!.spec!.rules![0]!.http!.paths;
    expect(path!.backend.service).toEqual({
      name: service!.metadata.name,
      port: { name: service!.spec!.ports![0]!.name },
    });
  });
});

describe('names', () => {
  it.each(manifestsOf(HorizontalPodAutoscaler.is))(
    'the autoscaler $metadata.name scales the Deployment of its name',
    ({ metadata, spec }) => {
      expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name });
      expect(deployments.map((deployment) => deployment.metadata.name)).toContain(metadata.name);
    },
  );

  it('every pod has an account of its own to run as', () => {
    expect([...new Set(everyPod.map(({ spec }) => spec.serviceAccountName))].sort()).toEqual(
      manifestsOf(ServiceAccount.is)
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
  });

  it('every ConfigMap that a pod takes its settings from is made, and every one that is made is taken', () => {
    const taken = everyPod.flatMap(({ container }) =>
      (container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
    );
    expect([...new Set(taken)].sort()).toEqual([...system.settings.keys()].sort());
  });
});
