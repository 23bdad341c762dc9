import { type FastifyInstance } from 'fastify';
import { type SimulatorConfig } from '../config.js';
import { type Row } from '../row.js';
import { createSimulator } from '../simulator.js';

/** A list's answer in envelope form. */
export interface ListBody {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Row[];
}

export const credentials = { username: 'refundry', password: 'Sürgün-9' } as const;

/** A simulator on a port of its own, with a client of it. */
export class RunningSimulator {
  readonly #simulator: FastifyInstance;
  #key = '';

  private constructor(
    simulator: FastifyInstance,
    readonly url: string,
  ) {
    this.#simulator = simulator;
  }

  static async start(settings: Partial<SimulatorConfig> = {}): Promise<RunningSimulator> {
    const simulator = createSimulator({
      host: '127.0.0.1',
      port: 0,
      dataset: undefined,
      districts: 73_256,
      customers: 109,
      answers: 'envelope',
      ...credentials,
      ...settings,
    });
    const running = new RunningSimulator(simulator, await simulator.listen({ host: '127.0.0.1', port: 0 }));
    await running.logIn();
    return running;
  }

  close(): Promise<void> {
    return this.#simulator.close();
  }

  /** Logs in, and uses the new key from then on. */
  async logIn(): Promise<string> {
    const response = await this.send('POST', '/api/v1/auth/login/', credentials);
    this.#key = ((await response.json()) as { key: string }).key;
    return this.#key;
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { authorization: `Token ${this.#key}` }, redirect: 'manual' });
  }

  async list(path: string): Promise<ListBody> {
    return (await (await this.get(path)).json()) as ListBody;
  }

  async pks(path: string): Promise<readonly number[]> {
    return (await this.list(path)).results.map((row) => row.pk);
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    if (body === undefined) return fetch(`${this.url}${path}`, { method });
    return fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Plans faults in place of those before. */
  fail(...faults: readonly Record<string, unknown>[]): Promise<Response> {
    return this.send('PUT', '/_control/faults', faults);
  }
}
