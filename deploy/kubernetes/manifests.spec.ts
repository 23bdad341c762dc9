import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { build, readKustomization, readManifests, yamlFiles, type Manifest } from './kustomization.js';
import { complaintsOf } from './schema.js';

const here = import.meta.dirname;

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

describe.each(readdirSync(join(here, 'overlays')))('what the overlay %s makes', (name) => {
  const overlay = join(here, 'overlays', name);
  const { manifests, files } = build(overlay);

  it.each(manifests.map((manifest) => [nameOf(manifest), manifest] as const))('has a valid %s', (_, manifest) => {
    expect(complaintsOf(manifest)).toEqual([]);
  });

  it('has every name once', () => {
    const names = manifests.map(nameOf);
    expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([]);
  });

  it('is made of every file there is, but for examples', () => {
    const theirs = yamlFiles(here).filter(
      (file) =>
        !file.startsWith('examples/') && (!file.startsWith('overlays/') || join(here, file).startsWith(overlay)),
    );
    expect([...files].sort()).toEqual(theirs);
  });

  it('runs one version: that of the images ends the names of the migrations', () => {
    const { images = [] } = readKustomization(join(overlay, 'kustomization.yaml'));
    const { nameSuffix } = readKustomization(join(overlay, 'migrations', 'kustomization.yaml'));
    expect([...new Set(images.map(({ newTag }) => `-${newTag}`))]).toEqual([nameSuffix]);
  });

  it('takes every image from the registry', () => {
    const { images = [] } = readKustomization(join(overlay, 'kustomization.yaml'));
    const used = JSON.stringify(manifests).match(/(?<="image":")[^"]+/g) ?? [];
    expect(images.map(({ name }) => name).sort()).toEqual([...new Set(used)].sort());
  });
});

describe('the examples', () => {
  it.each(readdirSync(join(here, 'examples')).filter((file) => !file.endsWith('.sh')))('%s is YAML', (file) => {
    expect(readManifests(join(here, 'examples', file))).not.toEqual([]);
  });
});

describe('values synced unchanged', () => {
  it.each([
    ['grafana', 'refundry-dashboard', 'refundry.json'],
    ['nats', 'nats-users', 'nats-server.conf'],
  ])('of %s is the ConfigMap %s', (folder, name, file) => {
    const { settings } = build(join(here, '..', folder));
    expect(settings).toEqual(new Map([[name, { [file]: readFileSync(join(here, '..', folder, file), 'utf8') }]]));
  });
});

describe('a kustomization that kustomize would refuse', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: refundry }\n';
  const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['namespace.yaml'] };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'refundry-kustomization-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[string, object, string, RegExp]>([
    ['a field that there is not', { resource: [] }, namespace, /must NOT have additional properties/],
    ['a file that there is not', { resources: ['namespaces.yaml'] }, namespace, /ENOENT/],
    ['a key that stands twice', {}, `${namespace}kind: Namespace\n`, /Map keys must be unique/],
    [
      'settings that are not there to be merged with',
      { configMapGenerator: [{ name: 'settings', behavior: 'merge', literals: [] }] },
      namespace,
      /settings is not there to be merged with/,
    ],
    [
      'a patch of what there is not',
      { patches: [{ target: { kind: 'Namespace', name: 'else' }, patch: '[]' }] },
      namespace,
      /there is no Namespace else/,
    ],
    [
      'a patch of a field that there is not',
      {
        patches: [
          {
            target: { kind: 'Namespace', name: 'refundry' },
            patch: '- { op: replace, path: /metadata/labels, value: {} }',
          },
        ],
      },
      namespace,
      /nothing is at \/metadata\/labels/,
    ],
  ])('is one with %s', (_, fields, resource, complaint) => {
    writeFileSync(join(folder, 'namespace.yaml'), resource);
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ ...head, ...fields }));
    expect(() => build(folder)).toThrow(complaint);
  });
});

describe('a manifest that the API server would not understand', () => {
  const oms = (): Deployment =>
    readManifests(join(here, 'base', 'oms.yaml')).find(({ kind }) => kind === 'Deployment') as Deployment;

  it.each<[string, (deployment: Deployment) => object]>([
    ['beside the metadata', (deployment) => deployment],
    ['of the specification', ({ spec }) => spec],
    ['of a pod', ({ spec }) => spec.template.spec],
    ['of a container', ({ spec }) => spec.template.spec.containers[0]!],
    ['of what a container may do', ({ spec }) => spec.template.spec.containers[0]!.securityContext!],
    ['of a probe', ({ spec }) => spec.template.spec.containers[0]!.livenessProbe!.httpGet!],
    [
      'of a variable that a secret has',
      ({ spec }) => spec.template.spec.containers[0]!.env!.at(-1)!.valueFrom!.secretKeyRef!,
    ],
  ])('is one with a field %s that is no field', (_, placeIn) => {
    const deployment = oms();
    expect(complaintsOf(deployment)).toEqual([]);
    Object.assign(placeIn(deployment), { replica: 3 });
    expect(complaintsOf(deployment)).toEqual([expect.stringMatching(/\/replica is no field of Deployment$/)]);
  });

  it('is one that lacks what its kind requires', () => {
    const { spec, ...deployment } = oms();
    expect(complaintsOf({ ...deployment, spec: { ...spec, selector: undefined } } as Manifest)).toEqual([
      expect.stringMatching(/selector/),
    ]);
  });

  it('is one whose value is of another type', () => {
    const deployment = oms();
    Object.assign(deployment.spec, { revisionHistoryLimit: 'three' });
    expect(complaintsOf(deployment)).toEqual([expect.stringMatching(/revisionHistoryLimit/)]);
  });

  it('is one of an unknown kind', () => {
    expect(complaintsOf({ apiVersion: 'apps/v1', kind: 'Deploymant' })).toEqual([
      'apps/v1 Deploymant is no kind that is known here',
    ]);
  });
});

type Deployment = Manifest & {
  readonly spec: NonNullable<Required<IDeployment>['spec']> & {
    readonly template: { readonly spec: NonNullable<NonNullable<Required<IDeployment>['spec']>['template']['spec']> };
  };
};
