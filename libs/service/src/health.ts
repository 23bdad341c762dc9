/** What an app needs to do its work, by name, and whether it is there now. */
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
  return { status: isReady ? 200 : 503, body: JSON.stringify({ status: isReady ? 'ok' : 'unavailable', checks: states }) };
}
