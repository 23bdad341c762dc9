import { join } from 'node:path';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job, type IJob } from 'kubernetes-models/batch/v1/Job';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { build, type Manifest } from './kustomization.js';

type Labels = Readonly<Record<string, string>>;

/** The output of the example overlay. */
export const system = build(join(import.meta.dirname, 'overlays', 'example'));

/** The pods of a Deployment or of a Job. */
export interface Pods {
  readonly name: string;
  readonly labels: Labels;
  readonly spec: IPodSpec;
  readonly container: IContainer;
}

export const manifestsOf = <T>(is: (manifest: unknown) => manifest is T): (T & Manifest)[] =>
  system.manifests.filter((manifest): manifest is T & Manifest => is(manifest));

export const deployments = manifestsOf<IDeployment>(Deployment.is).map((deployment) => ({
  ...deployment,
  pods: podsOf(deployment),
}));
export const migrations = manifestsOf<IJob>(Job.is).map(podsOf);
export const everyPod: readonly Pods[] = [...deployments.map(({ pods }) => pods), ...migrations];

/**
 * The environment of a container, as far as its manifests know it: a secret is what `secret` makes of its name and key.
 */
export function environmentOf(
  { container }: Pods,
  secret: (name: string, key: string) => string,
): Record<string, string> {
  const settings = (container.envFrom ?? []).map(({ configMapRef }) => system.settings.get(configMapRef?.name ?? ''));
  const variables = (container.env ?? []).map(({ name, value, valueFrom }): [string, string] => [
    name,
    value ?? secret(valueFrom?.secretKeyRef?.name ?? '', valueFrom?.secretKeyRef?.key ?? ''),
  ]);
  return { ...(Object.assign({}, ...settings) as Record<string, string>), ...Object.fromEntries(variables) };
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** @throws Error for an operator that no manifest of ours has used yet */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([label, value]) => labels[label] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`what ${operator} selects isn't known here`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** The pods of a Deployment or a Job. */
export function podsOf({ metadata, spec }: (IDeployment | IJob) & Manifest): Pods {
  const template = spec!.template;
  return {
    name: metadata.name,
    labels: template.metadata?.labels ?? {},
    spec: template.spec!,
    container: template.spec!.containers[0]!,
  };
}
