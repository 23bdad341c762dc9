import { tmpdir } from 'node:os';
import type { JestEnvironmentConfig } from '@jest/environment';
import { describe, expect, it } from '@jest/globals';
import SpecEnvironment from './spec-environment.js';

const config = { projectConfig: { fakeTimers: {} } } as JestEnvironmentConfig;

describe('the environment of a spec file', () => {
  it('gives the next file the variables, the folder, the console and the exit that there were', async () => {
    const found = () => [
      { ...process.env },
      process.cwd(),
      globalThis.console,
      Object.getOwnPropertyDescriptor(process, 'exit')?.value as unknown,
    ];
    process.env.KEPT_BY_SPECS = 'as it was';
    const before = found();
    const environment = new SpecEnvironment(config);
    process.env.KEPT_BY_SPECS = 'changed';
    process.env.ADDED_BY_A_SPEC = 'added';
    process.chdir(tmpdir());
    globalThis.console = Object.create(console) as Console;
    process.exit = () => undefined as never;
    await environment.teardown();
    const after = found();
    delete process.env.KEPT_BY_SPECS;
    expect(after[0]).toEqual(before[0]);
    expect(after.slice(1).map((one, index) => one === before[index + 1])).toEqual([true, true, true]);
  });
});
