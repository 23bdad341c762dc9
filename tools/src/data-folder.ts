import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './topology.js';

/** Everything the launcher keeps from one start to the next. */
export class DataFolder {
  readonly postgres: string;
  readonly nats: string;
  readonly logs: string;
  readonly secrets: string;
  readonly claim: string;
  readonly demo: string;
  readonly certificate: string;
  readonly certificateKey: string;
  private readonly environments: string;

  constructor(readonly path: string) {
    if (!existsSync(path)) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o755); // PostgreSQL may run as another account, and what is secret in here is closed by itself
    }
    this.postgres = join(path, 'postgres');
    this.nats = join(path, 'nats');
    this.logs = join(path, 'logs');
    this.environments = join(path, 'env');
    this.secrets = join(path, 'secrets.json');
    this.claim = join(path, 'launcher.pid');
    this.demo = join(path, 'demo.json');
    this.certificate = join(path, 'tls.crt');
    this.certificateKey = join(path, 'tls.key');
    mkdirSync(this.logs, { recursive: true, mode: 0o700 });
    mkdirSync(this.environments, { recursive: true, mode: 0o700 });
  }

  logOf(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** Writes down the environment of a process, in the form of Node's --env-file, for running it by hand. */
  writeEnvironment(name: string, environment: Environment): void {
    const lines = Object.entries(environment).map(([variable, value]) => `${variable}='${value}'\n`);
    writePrivately(join(this.environments, `${name}.env`), lines.join(''));
  }
}

/** Reads a JSON file; undefined when there is none, or none that can be read. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Replaces a file at once, readable by its owner only. */
export function writePrivately(file: string, text: string): void {
  const aside = `${file}.new`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, file);
}
