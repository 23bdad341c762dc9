import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { choosePort } from '@refundry/testing';
import type { Operators } from '../command-line.js';
import { repository } from '../toolbox.js';
import { gateway, services, simulator } from '../topology.js';
import { runProgram } from './run-program.js';

/** Every app that has an image. */
export const images: readonly string[] = [gateway.name, simulator.name, ...services.map(({ name }) => name)];

/** The system of docker-compose.yml under a name, on a port, with secrets and images of its own. */
export class Deployment implements Operators {
  readonly folder = mkdtempSync(join(tmpdir(), 'refundry-containers-'));
  readonly name = `refundry-${randomBytes(4).toString('hex')}`;

  private constructor(
    readonly url: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async prepare(): Promise<Deployment> {
    const port = String(await choosePort(0));
    const url = `http://127.0.0.1:${port}`;
    const deployment = new Deployment(url, { GATEWAY_PORT: port, PUBLIC_URL: url, OMNITRON_PRIVATE_ADDRESSES: 'true' });
    const file = join(deployment.folder, 'secrets');
    await deployment.script('new-secrets.sh', file);
    Object.assign(deployment.environment, parseEnv(readFileSync(file, 'utf8')), {
      COMPOSE_PROJECT_NAME: deployment.name,
      REFUNDRY_VERSION: deployment.name,
    });
    return deployment;
  }

  /** The values that nobody else may know. */
  get secrets(): string[] {
    return Object.entries(this.environment)
      .filter(([variable]) => /_(PASSWORD|KEY)$/.test(variable))
      .map(([, value]) => value);
  }

  imageOf(app: string): string {
    return `refundry/${app}:${this.name}`;
  }

  /** Runs docker-compose. */
  compose(...args: string[]): Promise<string> {
    return runProgram(repository, 'docker-compose', args, { env: this.environment });
  }

  docker(...args: string[]): Promise<string> {
    return runProgram(repository, 'docker', args);
  }

  /** Runs one of deploy/. */
  script(name: string, ...args: string[]): Promise<string> {
    return runProgram(repository, 'sh', [join('deploy', name), ...args], { env: this.environment });
  }

  async run<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.compose('run', '--rm', '-T', 'accounts-cli', ...args, '--json')) as T;
  }

  /** The ids of a service's containers that run. */
  async containersOf(service: string): Promise<string[]> {
    const labels = [`project=${this.name}`, `service=${service}`].flatMap((label) => [
      '--filter',
      `label=com.docker.compose.${label}`,
    ]);
    return (await this.docker('ps', '--quiet', '--no-trunc', ...labels)).split('\n').filter((id) => id !== '');
  }

  /** Waits until the gateway is ready. */
  async ready(): Promise<void> {
    while (
      !(await fetch(`${this.url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await pause(100);
  }

  async remove(): Promise<void> {
    await this.compose('--profile', 'demo', '--profile', 'cli', 'down', '--volumes', '--remove-orphans');
    for (const app of images) await this.docker('image', 'rm', '--force', this.imageOf(app));
    rmSync(this.folder, { recursive: true });
  }
}
