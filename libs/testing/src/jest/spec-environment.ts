import type { JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/**
 * Environment whose global object is the worker's own: packages that all spec files share have one `Error` and one
 * `Date` with them. Restores the environment variables, the folder and the console after each file.
 */
export default class SpecEnvironment implements JestEnvironment {
  readonly global = globalThis as unknown as JestEnvironment['global'];
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  readonly moduleMocker: ModuleMocker;
  private readonly before = {
    console: globalThis.console,
    env: { ...process.env },
    folder: process.cwd(),
    exit: { ...Object.getOwnPropertyDescriptor(process, 'exit') },
  };

  constructor({ projectConfig }: JestEnvironmentConfig) {
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  getVmContext(): null {
    return null;
  }

  setup(): Promise<void> {
    return Promise.resolve();
  }

  teardown(): Promise<void> {
    const { console, exit, folder, env } = this.before;
    this.fakeTimersModern.dispose();
    globalThis.console = console;
    Object.defineProperty(process, 'exit', exit); // Jest wraps it for each file
    process.chdir(folder);
    for (const name of Object.keys(process.env)) if (!(name in env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, env);
    return Promise.resolve();
  }
}
