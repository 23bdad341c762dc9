import type { Model, TypeMeta } from '@kubernetes-models/base';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

const kinds = [
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  Namespace,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
];

/**
 * The errors and warnings of the API server for a manifest: where it breaks the schema of its kind, and every field
 * that its kind doesn't have.
 */
export function complaintsOf(manifest: TypeMeta): string[] {
  const kind = kinds.find((known) => known.is(manifest));
  if (!kind) return [`${manifest.apiVersion} ${manifest.kind} is no kind that is known here`];
  const unread: string[] = [];
  const watched = watch(manifest, '', (path) => unread.push(path));
  try {
    (kind.prototype as Model<unknown>).validate.call(watched.object);
  } catch (error) {
    return [(error as Error).message];
  }
  watched.report();
  return unread.map((path) => `${path} is no field of ${manifest.kind}`);
}

interface Watched {
  readonly object: object;
  readonly report: () => void;
}

/**
 * The compiled schemas let fields pass that they don't know. But they read every field that they know: what was never
 * read is unknown.
 */
function watch(object: object, path: string, report: (path: string) => void): Watched {
  const inner = new Map(
    Object.entries(object).flatMap(([key, value]: [string, unknown]) =>
      isObject(value) ? [[key, watch(value, `${path}/${key}`, report)]] : [],
    ),
  );
  const read = new Set<string | symbol>();
  const get = (target: object, key: string | symbol): unknown => {
    read.add(key);
    return inner.get(key as string)?.object ?? Reflect.get(target, key);
  };
  return {
    object: new Proxy(object, { get }),
    report: () => {
      for (const key of Object.keys(object)) {
        if (read.has(key)) inner.get(key)?.report();
        else report(`${path}/${key}`);
      }
    },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
