import type { Gauge } from '@refundry/observability';

/** The dependencies of an app, by name, and whether each is available. */
export type Readiness = () => Readonly<Record<string, boolean>>;

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: string;
}

/** The process runs and its event loop turns. */
export const liveness: HealthAnswer = { status: 200, body: '{"status":"ok"}' };

/** 503 names what is missing, so that an operator needn't guess. */
export function readinessAnswer(readiness: Readiness): HealthAnswer {
  const checks = readiness();
  const isReady = Object.values(checks).every(Boolean);
  const states = Object.fromEntries(Object.entries(checks).map(([name, isUp]) => [name, isUp ? 'up' : 'down']));
  return {
    status: isReady ? 200 : 503,
    body: JSON.stringify({ status: isReady ? 'ok' : 'unavailable', checks: states }),
  };
}

/** The readiness of the app itself, or of a dependency it waited for once. */
const ownStates: ReadonlySet<string> = new Set(['accepting', 'migrations']);

/** Whether what an app needs is there, as its readiness knows. */
export const dependencyUp = (readiness: Readiness): Gauge<'dependency'> => ({
  name: 'dependency_up',
  help: 'Whether what the app needs is there: 1 or 0',
  labelNames: ['dependency'],
  read: () =>
    Object.entries(readiness())
      .filter(([name]) => !ownStates.has(name))
      .map(([dependency, isUp]) => ({ labels: { dependency }, value: Number(isUp) })),
});
