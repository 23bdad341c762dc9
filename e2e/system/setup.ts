import type { Answer } from './http.js';
import { until } from './until.js';

export const steps = ['addresses', 'channels', 'customers', 'cancellation-reasons'] as const;

export type Step = (typeof steps)[number];

/** The part of `last_run` about one kind of rows. */
export interface LevelReport {
  readonly name: string;
  readonly seen: number;
  readonly inserted: number;
  readonly skipped: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly withheld: number;
  readonly refused: number;
  readonly problems: readonly { readonly omnitron_id: number; readonly reason: string }[];
}

export interface LastRun {
  readonly status: string;
  readonly started: string | null;
  readonly finished: string | null;
  readonly error: string | null;
  readonly levels: readonly LevelReport[];
  readonly last_success_age: number | null;
}

/** A step of the setup, as one client sees it. */
export class Setup {
  constructor(
    private readonly step: Step,
    private readonly ask: (method: string, path: string) => Promise<Answer>,
  ) {}

  /** The path of an action, e.g. `execute`. */
  path(action: string): string {
    return `/api/v1/oms/setup/${this.step}/${action}/`;
  }

  request(method: string, action: string): Promise<Answer> {
    return this.ask(method, this.path(action));
  }

  /** @throws unless the answer is 204 */
  async execute(): Promise<void> {
    await this.done('POST', 'execute', 204);
  }

  /** @throws unless the answer is 204 */
  async abort(): Promise<void> {
    await this.done('POST', 'abort', 204);
  }

  status(): Promise<string> {
    return this.result('get_async_status');
  }

  isRequired(): Promise<string> {
    return this.result('is_required');
  }

  async lastRun(): Promise<LastRun> {
    return (await this.done('GET', 'last_run', 200)).json as LastRun;
  }

  /** Executes the step and waits until that has ended, in whatever way. */
  async run(within?: number): Promise<LastRun> {
    await this.execute();
    return this.ended(within);
  }

  /** Waits until it runs no more. */
  async ended(within = 20_000): Promise<LastRun> {
    await until(`the ${this.step} are set up`, async () => (await this.status()) !== 'WORKING', { within });
    return this.lastRun();
  }

  private async result(action: string): Promise<string> {
    return ((await this.done('GET', action, 200)).json as { result: string }).result;
  }

  private async done(method: string, action: string, status: number): Promise<Answer> {
    const answer = await this.request(method, action);
    if (answer.status !== status) throw new Error(`${method} ${this.path(action)}: ${answer.status} ${answer.text}`);
    return answer;
  }
}

/** The report of a run about a level. */
export function level({ levels }: LastRun, name: string): LevelReport {
  const found = levels.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`the run says nothing of ${name}`);
  return found;
}
