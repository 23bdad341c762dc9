import { fileURLToPath } from 'node:url';
import { sharedApp, type ProvisionedDatabase } from '@refundry/testing';
import type { Environment, Keys } from '../../tools/src/topology.js';
import type { CommandResult } from './command-line.js';
import { send } from './http.js';
import type { LogLine } from './log-lines.js';
import { Simulator } from './simulator.js';
import { System, type AppName, type DatabaseName } from './system.js';
import { until } from './until.js';

const readyWithinMs = 120_000;

/** The address of the shared system's own answers. Importing waits for it, which no timeout of a hook limits. */
const { url: host = '' } = await sharedApp({
  name: 'the shared system',
  script: fileURLToPath(new URL('shared-system-process.mjs', import.meta.url)),
  env: { ...process.env, NODE_OPTIONS: '--experimental-transform-types --no-warnings' },
  readyWithinMs,
});

/** Everything that a test file has to know of the system to use it. */
export interface SharedSystemDescription {
  readonly url: string;
  readonly keys: Keys;
  readonly databases: Readonly<Record<DatabaseName, ProvisionedDatabase>>;
  readonly natsUrls: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, string>>;
}

/**
 * The system of the run, which all test files share that end nothing in it and configure nothing: a file is alone with
 * its accounts, as every client is, and with the Omnitron that it brings. The first file that imports this has it
 * started.
 */
export class SharedSystem extends System {
  private constructor(
    private readonly description: SharedSystemDescription,
    private readonly omnitron: Simulator | undefined,
  ) {
    super();
  }

  static async join(omnitron?: Simulator): Promise<SharedSystem> {
    return new SharedSystem((await ask({ about: 'system' })) as SharedSystemDescription, omnitron);
  }

  /** With an Omnitron of the file's own, of this environment. */
  static async withSimulator(environment: Environment = {}): Promise<SharedSystem> {
    return SharedSystem.join(await Simulator.start(environment));
  }

  override get url(): string {
    return this.description.url;
  }

  override get keys(): Keys {
    return this.description.keys;
  }

  override get databases(): Readonly<Record<DatabaseName, ProvisionedDatabase>> {
    return this.description.databases;
  }

  override get simulator(): Simulator {
    if (!this.omnitron) throw new Error('the simulator has not been started');
    return this.omnitron;
  }

  override natsUrl(user: string): string {
    const url = this.description.natsUrls[user];
    if (url === undefined) throw new Error(`NATS has no user ${user}`);
    return url;
  }

  /** The address of an app's health and metrics. */
  operationsOf(app: AppName): string {
    return this.description.operations[app] ?? '';
  }

  override async commandWith<T = unknown>(input = '', ...parameters: readonly string[]): Promise<T> {
    return (await ask({ about: 'command', input, parameters })) as T;
  }

  override async tryCommandWith(input: string, ...parameters: readonly string[]): Promise<CommandResult> {
    return (await ask({ about: 'attempt', input, parameters })) as CommandResult;
  }

  /** The last line with all these fields in the log of an app, which writes it in batches. */
  logged(app: AppName, fields: LogLine): Promise<LogLine> {
    return until(
      `${app} logs ${JSON.stringify(fields)}`,
      async () => ((await ask({ about: 'log', app, fields })) as LogLine | null) ?? undefined,
      { within: 3000 },
    );
  }

  /** Ends what is the file's own. */
  async leave(): Promise<void> {
    await this.omnitron?.stop();
  }
}

async function ask(question: object): Promise<unknown> {
  const answer = await send('POST', host, { body: JSON.stringify(question) });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json;
}
