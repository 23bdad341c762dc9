import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { readJson } from '../data-folder.js';
import { Refusal } from '../refusal.js';
import { runTool } from '../toolbox.js';
import { scriptOf } from '../topology.js';

const maxDescription = 16 * 1024 * 1024;

const manifest = {
  name: '@refundry/client',
  version: '1.0.0',
  private: true,
  type: 'module',
  sideEffects: false,
  exports: { types: './dist/index.d.ts', default: './dist/index.js' },
};

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  rootDir: 'src',
  outDir: 'dist',
  declaration: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
};

/**
 * Writes a client of what the gateway describes, and compiles it. It needs nothing but `fetch`.
 *
 * @throws Refusal when it doesn't compile, or the folder is somebody else's
 */
export async function makeClient(url: string, folder: string): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !holdsClient(folder))
    throw new Refusal(`${folder} holds something else than a client.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await createClient({
    input: await describedApi(url),
    output: { path: join(folder, 'src'), importFileExtension: '.js' },
    plugins: [{ name: '@hey-api/client-fetch', includeInEntry: true }, '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }, undefined, 2));
  const { succeeded, output } = await runTool('tsc', ['-p', folder]);
  if (!succeeded) throw new Refusal(`The client does not compile:\n${output.trim()}`);
}

/** One that was made here before. */
const holdsClient = (folder: string): boolean =>
  (readJson(join(folder, 'package.json')) as Partial<typeof manifest> | undefined)?.name === manifest.name;

interface Description extends Record<string, unknown> {
  readonly paths: Readonly<Record<string, object>>;
}

/** Without `HEAD` and `OPTIONS`, of which a program has no need. */
async function describedApi(url: string): Promise<Description> {
  const { stdout } = await promisify(execFile)(process.execPath, [scriptOf('gateway', 'describe.js'), url], {
    maxBuffer: maxDescription,
  });
  const description = JSON.parse(stdout) as Description;
  const calls = Object.entries(description.paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).filter(([method]) => method !== 'head' && method !== 'options')),
  ]);
  return { ...description, paths: Object.fromEntries(calls) as Description['paths'] };
}
