import { setTimeout as pause } from 'node:timers/promises';

/** How often the caller looks whether the job has ended: it sees the end so much later at the most. */
const lookEveryMs = 50;

/** The part of `last_run` that the caller reads. */
export interface LastRun {
  readonly status: string;
  readonly started: string;
  readonly finished: string;
  readonly error: string | null;
}

/** Orders a step, and waits until it has ended. @throws one sentence when it ends otherwise than FINISHED */
export async function orderAndWait(
  gatewayUrl: string,
  token: string,
  step: string,
  signal: AbortSignal,
): Promise<LastRun> {
  const ask = async (method: 'GET' | 'POST', action: string): Promise<Response> => {
    signal.throwIfAborted();
    const response = await fetch(`${gatewayUrl}/api/v1/oms/setup/${step}/${action}/`, {
      method,
      headers: { Authorization: `Token ${token}` },
    });
    if (!response.ok)
      throw new Error(
        `${method} ${action}/ of the setup of ${step} was answered with ${response.status} ${await response.text()}`,
      );
    return response;
  };
  await ask('POST', 'execute');
  for (;;) {
    const last = (await (await ask('GET', 'last_run')).json()) as LastRun;
    if (last.status === 'FINISHED') return last;
    if (last.status !== 'WORKING')
      throw new Error(`The setup of ${step} ended as ${last.status}: ${last.error ?? 'nobody knows why'}`);
    await pause(lookEveryMs);
  }
}
